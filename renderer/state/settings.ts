/** Choices that outlive the window: theme, language, device, which side left is shown on. */
import { defineStore } from 'pinia';
import { computed, ref, watchEffect } from 'vue';
import { languages, type Language } from '#app/text/languages.ts';
import { t } from '#app/text/text.ts';
import { request } from './client.ts';

export const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];
export const deviceChoices = ['auto', 'cpu', 'cuda', 'webgpu'] as const;
export type DeviceChoice = (typeof deviceChoices)[number];
export const deviceNames: Readonly<Record<DeviceChoice, string>> = {
  auto: t('Best there is'),
  cpu: t('Processor'),
  cuda: t('NVIDIA card'),
  webgpu: t('Graphics card'),
};

/** A language, or that of the system. */
export type LanguageChoice = Language | 'system';
const languageChoices: readonly LanguageChoice[] = ['system', ...languages];

export const conventions = ['neurological', 'radiological'] as const;
/** Which side the subject's left is shown on: left, or right as if seen from the feet. */
export type Convention = (typeof conventions)[number];

export const useSettings = defineStore('settings', () => {
  const theme = ref<Theme>('system');
  const device = ref<DeviceChoice>('auto');
  const language = ref<LanguageChoice>('system');
  /** As it was chosen when the window was loaded: a choice is followed from the next start on. */
  const languageBefore = ref<LanguageChoice>('system');
  const convention = ref<Convention>('neurological');
  const system = window.matchMedia('(prefers-color-scheme: dark)');
  const systemIsDark = ref(system.matches);
  system.addEventListener('change', (event) => (systemIsDark.value = event.matches));
  const isDark = computed(() => (theme.value === 'system' ? systemIsDark.value : theme.value === 'dark'));
  watchEffect(() => document.documentElement.classList.toggle('dark', isDark.value));

  async function load(): Promise<void> {
    const stored = await request('settings.get', {});
    theme.value = themes.find((each) => each === stored['theme']) ?? 'system';
    device.value = deviceChoices.find((each) => each === stored['device']) ?? 'auto';
    convention.value = conventions.find((each) => each === stored['convention']) ?? 'neurological';
    language.value = languageChoices.find((each) => each === stored['language']) ?? 'system';
    languageBefore.value = language.value;
  }

  async function setTheme(value: Theme): Promise<void> {
    theme.value = value;
    await request('settings.set', { name: 'theme', value });
  }

  async function setDevice(value: DeviceChoice): Promise<void> {
    device.value = value;
    await request('settings.set', { name: 'device', value });
  }

  async function setConvention(value: Convention): Promise<void> {
    convention.value = value;
    await request('settings.set', { name: 'convention', value });
  }

  async function setLanguage(value: LanguageChoice): Promise<void> {
    language.value = value;
    await request('settings.set', { name: 'language', value });
  }

  return {
    theme,
    device,
    convention,
    language,
    languageBefore,
    isDark,
    load,
    setTheme,
    setDevice,
    setConvention,
    setLanguage,
  };
});
