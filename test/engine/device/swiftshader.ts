/** SwiftShader, the graphics card in software that Electron brings: Vulkan on any computer, so that WebGPU can be tested. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { electronFolder } from '../../../scripts/setup/electron.mjs';

const folder = electronFolder();
const driver = join(folder, 'vk_swiftshader_icd.json');

/**
 * An environment in which Vulkan finds SwiftShader and nothing else. The loader reads its search path when a process
 * starts, so it is for child processes.
 * @throws Error where Electron is not set up: a test of WebGPU must then fail and not be passed over
 */
export function swiftShader(): NodeJS.ProcessEnv {
  if (!existsSync(driver) || !existsSync(join(folder, 'libvulkan.so.1'))) {
    throw new Error(
      `WebGPU is tested on SwiftShader, which comes with Electron, and ${driver} is missing: run npm run setup.`,
    );
  }
  return { ...process.env, VK_DRIVER_FILES: driver, LD_LIBRARY_PATH: folder };
}
