/** What a person has chosen to import, what the import proposes to make of it, and the import that runs. */
import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import { SpectroscopeError } from '#app/contract/errors.ts';
import type { ImportProposal } from '#app/contract/import-proposal.ts';
import type { Input } from '#app/contract/operations.ts';
import { noChoices, type ImportChoices } from '#app/data/import-choices.ts';
import { t } from '#app/text/text.ts';
import { request } from './client.ts';
import { atlasRequest, withPart, type AtlasPart, type ChosenAtlas } from './import-atlas.ts';
import { withIdentifying } from './import-choices.ts';
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
  /** Token of the table whose rows are the subjects, '': it is found. */
  const mainTable = ref('');
  const choices = shallowRef<ImportChoices>(noChoices);
  /** null: nothing was looked at yet, or it could not be read. */
  const proposal = shallowRef<ImportProposal | null>(null);
  /** Why there is no proposal, as a sentence. */
  const refusal = ref('');
  const looking = ref(false);
  /** Identifying columns over which a person, or the first proposal of them, has decided. */
  const decided = new Set<string>();
  let looks = 0;
  /** Of DICOM images: part of the description of the series to use. */
  const dicomSeries = ref('');
  /** Of time series or events: pattern of the names of their files; '': they are found. */
  const seriesFiles = ref('');
  /** Of 4-D scans; null: none was chosen. */
  const atlas = shallowRef<ChosenAtlas | null>(null);

  const tables = computed(() => files.value.filter((file) => file.kind === 'table'));
  /** Why the import cannot start, as a sentence, or null. */
  const refused = computed(() => {
    if (files.value.length === 0) return t('Choose a table, a folder or scans first.');
    return looking.value ? t('Looking at what was chosen…') : null;
  });

  function begin(): void {
    files.value = [];
    idColumn.value = '';
    fileColumn.value = '';
    forget();
    dicomSeries.value = '';
    useUi().dismiss();
    open.value = true;
  }

  function forget(): void {
    mainTable.value = '';
    choices.value = noChoices;
    proposal.value = null;
    atlas.value = null;
    seriesFiles.value = '';
    refusal.value = '';
    decided.clear();
    looks++;
    looking.value = false;
  }

  async function add(more: readonly { token: string; name: string }[], kind?: ImportKind): Promise<void> {
    if (more.length === 0) return;
    files.value = [...files.value, ...more.map(({ token, name }) => ({ token, name, kind: kind ?? kindOfName(name) }))];
    await look();
  }

  async function remove(token: string): Promise<void> {
    files.value = files.value.filter((file) => file.token !== token);
    forget();
    await look();
  }

  async function choose(what: 'folder' | 'table' | 'scans'): Promise<void> {
    const kind = what === 'scans' ? 'scan' : what;
    await useUi().attempt(async () => add(await request('dialog.open', { what }), kind));
  }

  function input(): Input<'study.import'> {
    const main = tables.value.find(({ token }) => token === mainTable.value) ?? null;
    const column = (name: string): string | null => (name.trim() === '' ? null : name.trim());
    const others = files.value.filter((file) => file !== main);
    return {
      paths: (others.length > 0 ? others : files.value).map(({ token }) => ({ token })),
      table: others.length > 0 && main !== null ? { token: main.token } : null,
      idColumn: column(idColumn.value),
      fileColumn: column(fileColumn.value),
      choices: choices.value,
      dicomSeries: column(dicomSeries.value),
      series: { files: column(seriesFiles.value), orientation: null, kind: null },
      atlas: atlasRequest(atlas.value),
    };
  }

  /** Asks what an import would make of this; the answer to an older question is thrown away. */
  async function look(): Promise<void> {
    if (files.value.length === 0) return;
    const own = ++looks;
    looking.value = true;
    try {
      const found = await useJobs().during(request('study.propose-import', input()));
      if (own !== looks) return;
      proposal.value = found;
      refusal.value = '';
      choices.value = withIdentifying(choices.value, found, decided);
      for (const { column } of found.identifying) decided.add(column);
    } catch (error) {
      if (own !== looks) return;
      proposal.value = null;
      if (!(error instanceof SpectroscopeError)) throw error;
      refusal.value = error.kind === 'cancelled' ? '' : error.message;
    } finally {
      if (own === looks) looking.value = false;
    }
  }

  async function decide(change: ImportChoices): Promise<void> {
    choices.value = change;
    await look();
  }

  /** @param pattern of the files of series; '': they are found */
  async function setSeriesFiles(pattern: string): Promise<void> {
    seriesFiles.value = pattern;
    await look();
  }

  async function setAtlas(part: AtlasPart, file: { token: string; name: string } | null): Promise<void> {
    atlas.value = withPart(atlas.value, part, file);
    await look();
  }

  async function chooseAtlas(part: AtlasPart): Promise<void> {
    await useUi().attempt(async () => {
      const [file] = await request('dialog.open', { what: part === 'names' ? 'atlas-names' : 'atlas' });
      if (file !== undefined) await setAtlas(part, file);
    });
  }

  async function setConfounds(confounds: string): Promise<void> {
    if (atlas.value === null) return;
    atlas.value = { ...atlas.value, confounds };
    await look();
  }

  async function start(): Promise<void> {
    if (refused.value !== null || running.value) return;
    running.value = true;
    useUi().dismiss();
    try {
      if (await useStudy().importFiles(input())) open.value = false;
    } finally {
      running.value = false;
    }
  }

  /** Ends the import if one runs; otherwise puts the dialog away. */
  async function cancel(): Promise<void> {
    if (running.value) await useUi().attempt(() => useJobs().cancel());
    else {
      forget();
      open.value = false;
    }
  }

  /** Files dropped on the window: a session or a study is opened; anything else imported, at once where nothing is to be confirmed. */
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
        await add(tokens);
        if (proposal.value === null || proposal.value.confirm.length === 0) await start();
      }
    });
  }

  return {
    open,
    running,
    files,
    idColumn,
    fileColumn,
    mainTable,
    dicomSeries,
    seriesFiles,
    atlas,
    tables,
    choices,
    proposal,
    refusal,
    looking,
    refused,
    begin,
    add,
    remove,
    choose,
    look,
    decide,
    setSeriesFiles,
    setAtlas,
    chooseAtlas,
    setConfounds,
    start,
    cancel,
    drop,
  };
});
