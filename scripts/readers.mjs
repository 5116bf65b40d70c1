/** Makes the environment of Python that tests read exports with: NumPy, pandas, PyArrow, h5py, TensorBoard. Without it they say that they skip. */
import { installReaders } from './setup/readers.mjs';
import { runScript } from './setup/say.mjs';

await runScript(async () => {
  await installReaders();
  return 0;
});
