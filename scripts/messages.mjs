/**
 * What every language of the program says, checked against the texts in the sources: nothing is missing, nothing is left over, and the same
 * values stand in a text and in its translation. Part of `npm run check`.
 *
 *     npm run messages                                    the check
 *     npm run -s messages -- --missing de [--under renderer]    what has no German text yet, as JSON to be filled in
 */
import { readFileSync, readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { parseArgs } from 'node:util';
import { parse } from 'vue/compiler-sfc';
import ts from 'typescript';
import { root } from './setup/places.mjs';

const folders = ['app', 'renderer', 'main'];
const messages = join(root, 'app', 'text', 'messages');

/** The functions that take a text: of what is said now, and of what is kept to be said. */
const saying = new Set(['t', 'sentence']);
const mayHold = /\b(t|sentence)\(/;

/** @returns {{ key: string, file: string }[]} the texts that are handed to `t` and `sentence`, and `problems` where one is not a literal */
function textsOfSources(problems) {
  const found = [];
  for (const folder of folders) {
    for (const entry of readdirSync(join(root, folder), { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || !/\.(ts|vue)$/.test(entry.name)) continue;
      const path = join(entry.parentPath, entry.name);
      const text = readFileSync(path, 'utf8');
      if (!mayHold.test(text)) continue;
      const file = relative(root, path).split(sep).join('/');
      const add = (key) => found.push({ key, file });
      for (const code of codeOf(path, text))
        textsOfCode(code, add, (call) => problems.push(`${file}: ${call}: takes a literal`));
    }
  }
  return found;
}

/** @returns {string[]} the scripts, and of a component the expressions of its template too */
function codeOf(path, text) {
  if (!path.endsWith('.vue')) return [text];
  const { descriptor } = parse(text, { filename: path, ignoreEmpty: false });
  const parts = [descriptor.script?.content, descriptor.scriptSetup?.content].filter((each) => each !== undefined);
  const expressions = [];
  const visit = (node) => {
    if (node === null || typeof node !== 'object') return;
    if (node.type === 5) expressions.push(node.content?.loc?.source ?? '');
    for (const property of node.props ?? []) {
      if (property.type === 7 && property.exp) expressions.push(property.exp.loc.source);
    }
    for (const child of node.children ?? []) visit(child);
  };
  visit(descriptor.template?.ast);
  return [
    ...parts,
    ...expressions.filter((each) => mayHold.test(each)).map((each) => `(() => { ${statementOf(each)} })`),
  ];
}

/** What a directive holds is an expression, statements, or the left and right side of `v-for`. */
const statementOf = (text) =>
  /^\s*(\(.*?\)|\w+)\s+(in|of)\s/.test(text) ? text.replace(/^.*?\s(in|of)\s/, '') : `(${text})`;

function textsOfCode(code, add, refuse) {
  const visit = (node) => {
    if (ts.isCallExpression(node) && ts.isIdentifier(node.expression) && saying.has(node.expression.text)) {
      const keys = literals(node.arguments[0]);
      if (keys === null) refuse(node.getText());
      else for (const key of keys) add(key);
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile('code.ts', code, ts.ScriptTarget.Latest, true));
}

/** The values that an expression of literals can have; null when it is anything else. */
function literals(node) {
  if (node === undefined) return null;
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return [node.text];
  if (ts.isParenthesizedExpression(node)) return literals(node.expression);
  if (ts.isConditionalExpression(node)) {
    const sides = [literals(node.whenTrue), literals(node.whenFalse)];
    return sides.includes(null) ? null : sides.flat();
  }
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken) {
    const [left, right] = [literals(node.left), literals(node.right)];
    return left?.length === 1 && right?.length === 1 ? [left[0] + right[0]] : null;
  }
  return null;
}

/** @returns {Map<string, string>} key to text */
const messagesOf = (language) =>
  new Map(Object.entries(JSON.parse(readFileSync(join(messages, `${language}.json`), 'utf8'))));

const singular = '_one';
const valuesOf = (text) => [...new Set(text.match(/\{\w+\}/g) ?? [])].sort().join(' ');
const needsSingular = (key) => key.includes('{count}');

function check() {
  const problems = [];
  const texts = textsOfSources(problems);
  const keys = new Set(texts.map(({ key }) => key));
  const english = messagesOf('en');
  for (const key of keys) {
    if (needsSingular(key) && !english.has(key + singular))
      problems.push(`en: '${key}' has no singular ('${key}${singular}')`);
  }
  const languages = readdirSync(messages)
    .filter((name) => name.endsWith('.json'))
    .map((name) => name.slice(0, -'.json'.length));
  for (const language of languages) {
    const said = messagesOf(language);
    for (const [key, text] of said) {
      const plain = key.endsWith(singular) ? key.slice(0, -singular.length) : key;
      if (!keys.has(plain)) problems.push(`${language}: '${key}' is said nowhere`);
      else if (valuesOf(text) !== valuesOf(plain) && plain === key) {
        problems.push(
          `${language}: '${key}' has the values ${valuesOf(plain) || 'none'}, its text ${valuesOf(text) || 'none'}`,
        );
      }
    }
    if (language === 'en') continue;
    for (const key of keys) {
      if (!said.has(key)) problems.push(`${language}: no text for '${key}'`);
      else if (needsSingular(key) && !said.has(key + singular)) problems.push(`${language}: no singular for '${key}'`);
    }
  }
  for (const problem of problems) console.error(problem);
  console.log(`${keys.size} texts in ${languages.join(', ')}; ${problems.length} problems`);
  process.exitCode = problems.length === 0 ? 0 : 1;
}

const { values } = parseArgs({ options: { missing: { type: 'string' }, under: { type: 'string', default: '' } } });
if (values.missing === undefined) check();
else {
  const said = messagesOf(values.missing);
  const missing = {};
  for (const { key, file } of textsOfSources([])) {
    if (!file.startsWith(values.under)) continue;
    for (const each of needsSingular(key) ? [key, key + singular] : [key]) {
      if (!said.has(each) && (values.missing !== 'en' || each.endsWith(singular))) missing[each] = '';
    }
  }
  console.log(JSON.stringify(missing, null, 2));
}
