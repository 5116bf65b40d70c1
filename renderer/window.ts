/** Starts the window: stores, subscriptions, page. */
import { createPinia } from 'pinia';
import { createApp } from 'vue';
import App from './App.vue';
import { request } from './state/client.ts';
import { startCommands } from './state/commands.ts';
import { useDevice } from './state/device.ts';
import { useEngine } from './state/engine.ts';
import { useJobs } from './state/jobs.ts';
import { useSettings } from './state/settings.ts';
import { useStudy } from './state/study.ts';
import { useTraining } from './state/training.ts';
import { useUi } from './state/ui.ts';
import './theme/theme.css';
import './theme/base.css';
import './theme/element.css';

const app = createApp(App);
app.use(createPinia());
app.config.errorHandler = (error) => {
  console.error(error);
  useUi().report(error);
};
window.addEventListener('unhandledrejection', (event) => useUi().report(event.reason));

useEngine().listen();
useJobs().listen();
startCommands();
void useSettings().load();
void useDevice().describe();
/** What was open is found again first: a study that is opened meanwhile would be found too, and shown before its page is. */
void useStudy()
  .restore()
  .then(() => useTraining().restore())
  .finally(() =>
    useUi().inBackground(async () => {
      await request('shell.ready', {});
    }),
  );
app.mount('#app');
