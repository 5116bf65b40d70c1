/** Material of a report about a training that never was: what the words of a report depend on, and nothing else. */
import { defaultConfiguration } from '#app/run/defaults.ts';
import type { RunConfiguration, RunTask } from '#app/run/configuration.ts';
import type { ReportMaterial } from '#app/report/material.ts';
import { modelFacts } from '#app/report/model-facts.ts';
import { modelNamed } from '#app/model/catalogue.ts';
import type { InputKind } from '#app/model/description.ts';

/** Of each kind of input a shape that every model of the kind takes. */
const shapes: Readonly<Record<InputKind, number[]>> = {
  table: [12],
  series: [20, 6],
  matrix: [10, 10, 1],
  volumes: [16, 16, 16, 1],
};
const studyKinds = { table: 'table', series: 'series', matrix: 'matrices', volumes: 'volumes' } as const;

/** @param change of the configuration that a study of the model's kind begins with */
export function madeMaterial(
  model: string,
  task: RunTask,
  change: (configuration: RunConfiguration) => RunConfiguration = (configuration) => configuration,
): ReportMaterial {
  const kind = modelNamed(model).inputs[0] ?? 'table';
  const configuration = change({
    ...defaultConfiguration({ kind: studyKinds[kind], subjects: [], series: undefined }, model),
    task,
  });
  const classes = task.kind === 'classification' ? ['patient', 'control'] : [];
  const run = {
    index: 0,
    fold: 1,
    repeat: null,
    seed: 1,
    status: 'finished',
    trainingSubjects: 40,
    validationSubjects: 10,
  };
  return {
    program: '1.0',
    session: { file: 'made.spectra', title: 'made' },
    study: {
      name: 'made',
      attribution: '',
      description: '',
      kind: studyKinds[kind],
      features: null,
      missingCells: null,
      targetColumn: null,
    },
    flow: { imported: 50, excluded: [], inNoGroup: 0, withoutTarget: 0, analysed: 50, samples: 50 },
    groups: ['a', 'b'].map((name) => ({ name, colour: 0, subjects: 25, classes: [] })),
    classes,
    target: task.kind === 'regression' ? task.column : 'diagnosis',
    targetIsGroups: false,
    balance: [],
    power: null,
    model: modelFacts(configuration, shapes[kind], classes.length, []),
    configuration,
    preparation: [],
    capture: { layers: [], steps: 0, layerSteps: 0, gramSteps: 0, replaySteps: 0 },
    runs: [run],
    epochs: [],
    metrics: { task: task.kind, classes, parts: [] },
    roc: [],
    spectra: null,
    tests: [],
    calibration: null,
    provenance: { node: '24' },
  } as unknown as ReportMaterial;
}
