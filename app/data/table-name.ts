/** Whether a file is a table by its name. FreeSurfer's own examples call theirs `aseg.volume.table`. */
export function isTableName(name: string): boolean {
  return /\.(csv|tsv|txt|table|xlsx|xlsm|xlsb|xls)$/i.test(name);
}
