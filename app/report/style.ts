/** How the page looks, on a screen and on A4. Black on white: a report is read and printed. */
export const reportStyle = `
:root { --ink: #1d2733; --soft: #4d5763; --line: #c9d0d7; --faint: #f4f6f8; --link: #0b5394; }
* { box-sizing: border-box; }
html { color: var(--ink); background: #fff; font: 15px/1.5 system-ui, -apple-system, "Segoe UI", "Helvetica Neue", Arial, sans-serif; }
body { max-width: 780px; margin: 0 auto; padding: 32px 28px 64px; overflow-wrap: break-word; }
h1 { font-size: 28px; line-height: 1.2; margin: 0 0 10px; }
h2 { font-size: 20px; line-height: 1.3; margin: 40px 0 10px; padding-top: 12px; border-top: 2px solid var(--ink); }
h3 { font-size: 16px; margin: 24px 0 6px; }
h4 { font-size: 15px; margin: 16px 0 4px; }
p { margin: 0 0 10px; }
a { color: var(--link); }
a:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
header .kind { color: var(--soft); margin: 0 0 4px; font-weight: 600; }
nav { margin: 20px 0 0; padding: 12px 16px; background: var(--faint); border: 1px solid var(--line); border-radius: 4px; }
nav h2 { font-size: 15px; border: 0; margin: 0 0 6px; padding: 0; }
nav ol { columns: 2; margin: 0; padding-left: 22px; }
ul, ol { padding-left: 22px; margin: 0 0 10px; }
li { margin: 0 0 5px; }
.table { margin: 14px 0 20px; overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 12.5px; line-height: 1.4; font-variant-numeric: tabular-nums; }
caption { text-align: left; padding: 0 0 6px; font-size: 13.5px; }
thead th { border-top: 1.5px solid var(--ink); border-bottom: 1px solid var(--ink); vertical-align: bottom; }
tbody tr:last-child > * { border-bottom: 1.5px solid var(--ink); }
th, td { text-align: left; vertical-align: top; padding: 3px 6px; font-weight: 400; }
th:first-child { padding-left: 0; }
tr > :last-child { padding-right: 0; }
thead th { font-weight: 600; }
tbody tr + tr > * { border-top: 1px solid #e6eaee; }
.number { text-align: right; }
.interval { display: block; white-space: nowrap; color: var(--soft); font-size: 0.88em; }
.checklist th:first-child { width: 7%; }
.checklist th:nth-child(2) { width: 29%; }
.level { padding-left: 14px; }
figure { margin: 14px 0 22px; }
figcaption { font-size: 13.5px; margin-top: 4px; }
svg { max-width: 100%; height: auto; display: block; }
.plot { font-family: "Helvetica Neue", Arial, sans-serif; }
.diagram { max-width: 560px; }
.source, .note { font-size: 12px; color: var(--soft); margin: 4px 0 0; }
code, pre { font: 0.92em ui-monospace, "SFMono-Regular", Menlo, Consolas, monospace; overflow-wrap: anywhere; }
pre { white-space: pre-wrap; background: var(--faint); padding: 8px 10px; }
.hash { word-break: break-all; }
.quoted { border-left: 3px solid var(--line); padding-left: 14px; }
.open { color: #8a3b00; font-style: italic; }
.references li { margin-bottom: 6px; }
@page { size: A4; margin: 18mm 16mm 18mm; }
@media print {
  html { font-size: 10pt; }
  body { max-width: none; padding: 0; }
  nav ol { columns: 2; }
  h1 { font-size: 20pt; }
  h2 { font-size: 14pt; margin-top: 22pt; break-after: avoid; }
  h3, h4 { font-size: 11pt; break-after: avoid; }
  table { font-size: 8pt; }
  caption, figcaption { font-size: 9pt; }
  .source, .note { font-size: 7.5pt; }
  .table { overflow: visible; }
  thead { display: table-header-group; }
  tr, figure, .note, .source, li { break-inside: avoid; }
  caption { break-after: avoid; }
  p { orphans: 3; widows: 3; }
  a { color: inherit; text-decoration: none; }
  #methods, #checklist { break-before: page; }
}
`;
