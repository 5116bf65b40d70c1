/** What a person has chosen to import, and the import that runs. */
import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import { request } from './client.ts';
import { kindOfName, type ImportKind } from './import-kind.ts';
import { useJobs } from './jobs.ts';
import { useStudy } from './study.ts';
import { useUi } from './ui.ts';

export interface ChosenFile {
  token: string;
  name: string;
  kind: ImportKind;
}

export const useImport = defineStore('import', () => {
  const open = ref(false);
  const running = ref(false);
  const files = shallowRef<readonly ChosenFile[]>([]);
  const idColumn = ref('');
  const fileColumn = ref('');
  /** Of DICOM images: part of the description of the series to use. */
  const dicomSeries = ref('');

  const sources = computed(() => files.value.filter((file) => file.kind !== 'table'));
  const tables = computed(() => files.value.filter((file) => file.kind === 'table'));
  /** Why the import cannot start, as a sentence, or null. */
  const refused = computed(() => {
    if (files.value.length === 0) return 'Choose a table, a folder or scans first.';
    if (tables.value.length > 1) return 'One table describes the subjects: remove the others.';
    return null;
  });

  function begin(): void {
    files.value = [];
    idColumn.value = '';
    fileColumn.value = '';
    dicomSeries.value = '';
    useUi().dismiss();
    open.value = true;
  }

  function add(more: readonly { token: string; name: string }[], kind?: ImportKind): void {
    const added = more.map(({ token, name }) => ({ token, name, kind: kind ?? kindOfName(name) }));
    // A second table replaces the first: there is one that describes the subjects.
    const kept = added.some((file) => file.kind === 'table') ? sources.value : files.value;
    files.value = [...kept, ...added];
  }

  function remove(token: string): void {
    files.value = files.value.filter((file) => file.token !== token);
  }

  async function choose(what: 'folder' | 'table' | 'scans'): Promise<void> {
    const kind = what === 'scans' ? 'scan' : what;
    await useUi().attempt(async () => add(await request('dialog.open', { what }), kind));
  }

  async function start(): Promise<void> {
    if (refused.value !== null || running.value) return;
    running.value = true;
    useUi().dismiss();
    const table = tables.value[0] ?? null;
    const column = (name: string): string | null => (name.trim() === '' ? null : name.trim());
    try {
      const done = await useStudy().importFiles({
        paths: (sources.value.length > 0 ? sources.value : tables.value).map(({ token }) => ({ token })),
        table: sources.value.length > 0 && table !== null ? { token: table.token } : null,
        idColumn: column(idColumn.value),
        fileColumn: column(fileColumn.value),
        dicomSeries: column(dicomSeries.value),
      });
      if (done) open.value = false;
    } finally {
      running.value = false;
    }
  }

  /** Ends the import if one runs; otherwise puts the dialog away. */
  async function cancel(): Promise<void> {
    if (running.value) await useUi().attempt(() => useJobs().cancel());
    else open.value = false;
  }

  /** Files dropped on the window: a session or a study is opened, anything else imported at once. */
  async function drop(dropped: readonly File[]): Promise<void> {
    const ui = useUi();
    await ui.attempt(async () => {
      const given = await Promise.all(dropped.map((file) => window.spectroscope.tokenFor(file)));
      const tokens = given.filter((each) => each !== null);
      const first = tokens[0];
      if (first === undefined) return;
      const kind = kindOfName(first.name);
      if (kind === 'session') {
        const { session } = await request('session.open-file', { file: { token: first.token } });
        ui.openSession(session, 'review');
      } else if (kind === 'study' && tokens.length === 1) {
        await useStudy().openFile({ token: first.token });
      } else {
        begin();
        add(tokens);
        await start();
      }
    });
  }

  return {
    open,
    running,
    files,
    idColumn,
    fileColumn,
    dicomSeries,
    tables,
    refused,
    begin,
    add,
    remove,
    choose,
    start,
    cancel,
    drop,
  };
});
