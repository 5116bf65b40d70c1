/** `--model` and `--set name=value` of the train command: a model of the catalogue or of a file, and its settings. */
import { readFileSync } from 'node:fs';
import { modelNamed } from '#app/model/catalogue.ts';
import { customName } from '#app/model/custom.ts';
import type { ModelSetting, SettingValue } from '#app/model/description.ts';
import { topologyText } from '#app/model/keras-topology.ts';
import { inputError, settingError, SpectroscopeError } from '#app/contract/errors.ts';

export interface ChosenModel {
  name: string;
  settings: Record<string, SettingValue>;
}

/**
 * @param model name in the catalogue, or path of a layers model of tfjs (`model.json`)
 * @throws SpectroscopeError when there is neither, or the model has no such setting
 */
export function chosenModel(model: string, assignments: readonly string[]): ChosenModel {
  if (!model.endsWith('.json')) return { name: model, settings: modelSettings(model, assignments) };
  const topology = readTopology(model);
  return { name: customName, settings: { ...modelSettings(customName, assignments), topology } };
}

function readTopology(file: string): string {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw inputError('not-found', `${file}: the model file cannot be read (--model).`, { file, cause: error });
  }
  try {
    return topologyText(text);
  } catch (error) {
    if (!(error instanceof SpectroscopeError)) throw error;
    throw inputError(error.code, `${file}: ${error.message}`, { file, field: '--model', cause: error });
  }
}

/** @throws SpectroscopeError when the model has no such setting or the value is of another kind */
function modelSettings(model: string, assignments: readonly string[]): Record<string, SettingValue> {
  const { settings } = modelNamed(model);
  const result: Record<string, SettingValue> = {};
  for (const assignment of assignments) {
    const [name = '', value = ''] = assignment.split('=', 2);
    const setting = settings.find((each) => each.name === name);
    if (setting === undefined) {
      const known = settings.map((each) => each.name).join(', ') || 'none';
      throw settingError(
        'unknown-model-setting',
        `--set ${assignment}: ${model} has no setting '${name}' (it has ${known}).`,
        {
          field: name,
        },
      );
    }
    result[name] = parseValue(setting.kind, value, assignment);
  }
  return result;
}

function parseValue(kind: ModelSetting['kind'], text: string, assignment: string): SettingValue {
  // The model names the choices when it refuses one.
  if (kind === 'choice') return text;
  if (kind === 'boolean') {
    if (text === 'true' || text === 'false') return text === 'true';
  } else {
    const numbers = text.split(',').map(Number);
    if (text.trim() !== '' && numbers.every(Number.isFinite))
      return kind === 'integers' ? numbers : (numbers[0] as number);
  }
  const expected = { number: 'a number', integers: 'numbers with commas', boolean: 'true or false' }[kind];
  throw settingError('bad-model-setting', `--set ${assignment}: expected ${expected}.`, { expected });
}
