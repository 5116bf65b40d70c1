/** Reads a model's settings: what is absent takes the default, what is out of range is refused where it is made. */
import { settingError } from '#app/contract/errors.ts';
import { t } from '#app/text/text.ts';
import type { ModelDefinition, ModelSetting, SettingValue } from './description.ts';

export type SettingValues = Readonly<Record<string, SettingValue>>;

/** @throws SpectroscopeError (setting) that names the setting, its value and what was expected */
export function readSettings(
  definition: Pick<ModelDefinition, 'name' | 'settings'>,
  given: SettingValues,
): SettingValues {
  for (const name of Object.keys(given)) {
    if (definition.settings.every((setting) => setting.name !== name)) {
      const known = definition.settings.map((setting) => setting.name).join(', ') || t('none');
      throw settingError(
        'unknown-model-setting',
        t("{model} has no setting '{name}' (it has {known}).", { model: definition.name, name, known }),
        {
          field: name,
          expected: known,
        },
      );
    }
  }
  return Object.fromEntries(
    definition.settings.map((setting) => [setting.name, readSetting(setting, given[setting.name])]),
  );
}

function readSetting(setting: ModelSetting, given: SettingValue | undefined): SettingValue {
  if (given === undefined) return typeof setting.default === 'object' ? [...setting.default] : setting.default;
  switch (setting.kind) {
    case 'boolean':
      if (typeof given === 'boolean') return given;
      throw refused(setting, given, t('yes or no'));
    case 'choice':
      if (typeof given === 'string' && setting.choices.includes(given)) return given;
      throw refused(
        setting,
        given,
        setting.choices.reduce((others, last) => t('{others} or {last}', { others, last })),
      );
    case 'number':
      if (isNumberFor(setting, given)) return given;
      throw refused(
        setting,
        given,
        t(isWhole(setting) ? 'a whole number from {minimum} to {maximum}' : 'a number from {minimum} to {maximum}', {
          minimum: setting.minimum,
          maximum: setting.maximum,
        }),
      );
    case 'integers':
      if (Array.isArray(given) && given.every((each) => isWithin(each, setting.minimum, setting.maximum))) return given;
      throw refused(
        setting,
        given,
        t('whole numbers from {minimum} to {maximum}', { minimum: setting.minimum, maximum: setting.maximum }),
      );
  }
}

type NumberSetting = Extract<ModelSetting, { kind: 'number' }>;

/** A setting that goes in whole steps from a whole number counts something. */
function isWhole({ step, minimum }: NumberSetting): boolean {
  return Number.isInteger(step) && Number.isInteger(minimum);
}

function isNumberFor(setting: NumberSetting, given: SettingValue): given is number {
  if (typeof given !== 'number' || (isWhole(setting) && !Number.isInteger(given))) return false;
  return given >= setting.minimum && given <= setting.maximum;
}

function isWithin(value: number, minimum: number, maximum: number): boolean {
  return Number.isInteger(value) && value >= minimum && value <= maximum;
}

function refused(setting: ModelSetting, given: SettingValue, expected: string): Error {
  return settingError(
    'model-setting',
    t('{setting}: {value} cannot be used, expected {expected}.', {
      setting: setting.title,
      value: String(given),
      expected,
    }),
    { field: setting.name, expected },
  );
}
