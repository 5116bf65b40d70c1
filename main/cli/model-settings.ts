/** `--set name=value` of the train command: settings of a model, checked against the catalogue. */
import { modelNamed } from '#app/model/catalogue.ts';
import type { ModelSetting, SettingValue } from '#app/model/description.ts';
import { settingError } from '#app/contract/errors.ts';

/** @throws SpectroscopeError when the model has no such setting or the value is of another kind */
export function modelSettings(model: string, assignments: readonly string[]): Record<string, SettingValue> {
  const { settings } = modelNamed(model);
  const result: Record<string, SettingValue> = {};
  for (const assignment of assignments) {
    const [name = '', value = ''] = assignment.split('=', 2);
    const setting = settings.find((each) => each.name === name);
    if (setting === undefined) {
      const known = settings.map((each) => each.name).join(', ');
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
