/** The run that is being designed: its configuration, whether it can be done, and what it would take. */
import { defineStore } from 'pinia';
import { computed, reactive, ref, shallowRef, watch } from 'vue';
import type { Answer } from '#app/contract/operations.ts';
import { inputKindOf, kindsInWords, kindWords } from '#app/model/input-kinds.ts';
import { modelNamed } from '#app/model/catalogue.ts';
import { customName } from '#app/model/custom.ts';
import { isWeightLayer, type InputKind, type ModelDefinition, type ModelDescription } from '#app/model/description.ts';
import { canFeed, modelInput } from '#app/model/input.ts';
import type { RunConfiguration } from '#app/run/configuration.ts';
import { defaultConfiguration, firstModels } from '#app/run/defaults.ts';
import { modelTask } from '#app/run/model-task.ts';
import type { Study } from '#app/study/study.ts';
import { t } from '#app/text/text.ts';
import { onEvent, request } from './client.ts';
import { useJobs } from './jobs.ts';
import { useSettings } from './settings.ts';
import { useStudy } from './study.ts';
import { sentenceOf, useUi } from './ui.ts';

const checkDelayMs = 250;

/** What a model is given of a table's columns, as far as is known before the engine looks at their values; null: not. */
function tableInput(model: ModelDefinition, { columns }: Pick<Study, 'columns'>): readonly number[] | null {
  const features = columns.filter(({ role }) => role === 'feature').map(({ name }) => name);
  if (features.length === 0) return null;
  try {
    return modelInput({ kind: 'table', inputShape: [features.length], features }, model).inputShape;
  } catch {
    // The engine counts what is left of the columns, and refuses with those numbers.
    return null;
  }
}

export const useDesign = defineStore('design', () => {
  const store = useStudy();
  const configuration = shallowRef<RunConfiguration | null>(null);
  const title = ref('');
  /** What the engine says of this configuration; null while it is not known or refused. */
  const check = shallowRef<Answer<'run.check'> | null>(null);
  /** Why the engine refuses it, as a sentence, or ''. */
  const checkRefused = ref('');
  const checking = ref(false);
  /** Fields that hold something impossible: name -> sentence. */
  const refusals = reactive(new Map<string, string>());

  const definition = computed<ModelDefinition | null>(() =>
    configuration.value === null ? null : modelNamed(configuration.value.model.name),
  );

  const lastInput = shallowRef<{ model: string; shape: number[]; classes: number } | null>(null);
  /** Shape of one subject's input and number of classes: from the last check, for tables known at once. */
  const input = computed<{ shape: readonly number[]; classes: number } | null>(() => {
    const { study } = store;
    if (study === null || definition.value === null) return null;
    // Scans are the same to every model.
    if (lastInput.value !== null && (study.kind === 'volumes' || lastInput.value.model === definition.value.name)) {
      return lastInput.value;
    }
    const classes = (study.target ?? study.groups).groups.length;
    if (study.kind !== 'table' || classes < 2) return null;
    const shape = tableInput(definition.value, study);
    return shape === null ? null : { shape, classes };
  });

  /** Layers and shapes; needs what the engine says of the input, and so follows the first check. */
  const described = computed<{ model: ModelDescription | null; refused: string }>(() => {
    if (definition.value === null || configuration.value === null || input.value === null) {
      return { model: null, refused: '' };
    }
    const { shape, classes } = input.value;
    try {
      const task = modelTask(configuration.value.task, classes);
      const model = definition.value.describe(shape, task, configuration.value.model.settings);
      return { model, refused: '' };
    } catch (error) {
      return { model: null, refused: sentenceOf(error) };
    }
  });
  const weightLayers = computed(() => described.value.model?.layers.filter(isWeightLayer) ?? []);

  /** Why training cannot start, as a sentence, or null. */
  const refused = computed<string | null>(() => {
    const [first] = refusals.values();
    if (first !== undefined) return first;
    if (described.value.refused !== '') return described.value.refused;
    if (checkRefused.value !== '') return checkRefused.value;
    if (configuration.value === null) return t('Open a study first.');
    return check.value === null ? t('The design is being checked.') : null;
  });

  /** What models are given: connectivity makes matrices of series. */
  function preparedKind(study: Study): InputKind {
    const connectivity = configuration.value?.preparation.series?.connectivity ?? 'none';
    return study.kind === 'series' && connectivity !== 'none' ? 'matrix' : inputKindOf(study.kind);
  }

  /** Why a model cannot be used for the open study, or null. */
  function modelRefused(model: ModelDefinition): string | null {
    const { study } = store;
    if (study === null || canFeed(preparedKind(study), model)) return null;
    return t('Takes {kinds}, and this study is of {kind}.', {
      kinds: kindsInWords(model.inputs),
      kind: kindWords(preparedKind(study)),
    });
  }

  function begin(): void {
    const { study } = store;
    check.value = null;
    checkRefused.value = '';
    refusals.clear();
    lastInput.value = null;
    if (study === null) {
      configuration.value = null;
      return;
    }
    configuration.value = {
      ...defaultConfiguration(study, firstModels[inputKindOf(study.kind)]),
      device: useSettings().device,
    };
    title.value = '';
  }

  /** Takes the settings of a session; what the open study has not is refused by the check. The device is this computer's. */
  function adopt(settings: RunConfiguration): void {
    begin();
    set({ ...settings, device: useSettings().device });
  }

  function chooseModel(name: string): void {
    const { study } = store;
    if (study === null || configuration.value === null || configuration.value.model.name === name) return;
    const { model, task } = defaultConfiguration(study, name);
    const learns = modelNamed(name).tasks.includes(configuration.value.task.kind);
    set({
      model,
      task: learns ? configuration.value.task : task,
      capture: { ...configuration.value.capture, layers: null },
    });
  }

  /** A model of a person's own, from its file. */
  function chooseOwn(topology: string): void {
    const { study } = store;
    if (study === null || configuration.value === null) return;
    lastInput.value = null;
    set({
      model: { name: customName, settings: { topology } },
      capture: { ...configuration.value.capture, layers: null },
    });
  }

  /** Changes part of the configuration. */
  function set(change: Partial<RunConfiguration>): void {
    if (configuration.value !== null) configuration.value = { ...configuration.value, ...change };
  }

  function setModelSetting(name: string, value: number | boolean | string | number[]): void {
    if (configuration.value === null) return;
    const { model } = configuration.value;
    set({ model: { ...model, settings: { ...model.settings, [name]: value } } });
  }

  /** Whether a layer's spectra are recorded; all of them is told as null, which new layers then join. */
  function record(layer: string, on: boolean): void {
    if (configuration.value === null) return;
    const names = weightLayers.value.map((each) => each.name);
    const before = configuration.value.capture.layers ?? names;
    const layers = names.filter((name) => (name === layer ? on : before.includes(name)));
    const all = layers.length === names.length;
    set({ capture: { ...configuration.value.capture, layers: all ? null : layers } });
  }

  function refuse(field: string, sentence: string | null): void {
    if (sentence === null) refusals.delete(field);
    else refusals.set(field, sentence);
  }

  /** The engine's word on it. An answer that comes after a newer question is thrown away. */
  let asked = 0;
  let timer: ReturnType<typeof setTimeout> | null = null;
  function checkSoon(): void {
    if (timer !== null) clearTimeout(timer);
    asked += 1;
    if (configuration.value === null || refusals.size > 0) {
      checking.value = false;
      check.value = null;
      return;
    }
    checking.value = true;
    timer = setTimeout(() => void askEngine(asked), checkDelayMs);
  }
  async function askEngine(question: number): Promise<void> {
    if (configuration.value === null) return;
    const model = configuration.value.model.name;
    try {
      const answer = await request('run.check', { configuration: configuration.value });
      if (question !== asked) return;
      check.value = answer;
      checkRefused.value = '';
      lastInput.value = { model, shape: answer.inputShape, classes: answer.classes.length };
    } catch (error) {
      if (question !== asked) return;
      check.value = null;
      checkRefused.value = sentenceOf(error);
    } finally {
      if (question === asked) checking.value = false;
    }
  }

  watch(() => store.study?.id, begin, { immediate: true });
  watch([configuration, () => store.view, () => refusals.size], checkSoon, { immediate: true });

  /** Starts training and shows it. */
  async function start(): Promise<void> {
    const { study } = store;
    if (study === null || configuration.value === null) return;
    const ui = useUi();
    // To read many scans takes minutes: Train says how far it is.
    const unsubscribe = onEvent('run.progress', (progress) => {
      unsubscribe();
      if (progress.status === 'preparing') ui.go('train');
    });
    try {
      const { session } = await useJobs().during(
        request('run.start', {
          configuration: configuration.value,
          title: title.value.trim() || suggestedTitle.value,
          file: null,
        }),
      );
      ui.openSession(session, 'train');
    } finally {
      unsubscribe();
    }
  }

  const suggestedTitle = computed(() => `${store.study?.name ?? t('Study')}, ${definition.value?.title ?? ''}`);

  return {
    configuration,
    title,
    suggestedTitle,
    check,
    checking,
    refusals,
    definition,
    described,
    weightLayers,
    refused,
    modelRefused,
    set,
    setModelSetting,
    record,
    begin,
    adopt,
    chooseModel,
    chooseOwn,
    refuse,
    start,
  };
});
