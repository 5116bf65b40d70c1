/** The tools that set-up needs on the computer. Each missing one is one sentence with the command that installs it. */
import { spawnSync } from 'node:child_process';
import { SetupError } from './say.mjs';

export const python = process.env.PYTHON || 'python3';
export const compiler = process.env.CXX || 'g++';
const oldestNode = 20;

const installers = [
  {
    command: 'apt-get',
    install: 'apt-get install -y',
    names: { compiler: 'g++', python: 'python3', pip: 'python3-pip' },
  },
  { command: 'dnf', install: 'dnf install -y', names: { compiler: 'gcc-c++', python: 'python3', pip: 'python3-pip' } },
  {
    command: 'zypper',
    install: 'zypper install -y',
    names: { compiler: 'gcc-c++', python: 'python3', pip: 'python3-pip' },
  },
  {
    command: 'pacman',
    install: 'pacman -S --noconfirm',
    names: { compiler: 'gcc', python: 'python', pip: 'python-pip' },
  },
];

/** @returns {boolean} whether the command exists and ends well */
export function works(command, ...args) {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}

/**
 * The command line that installs a tool here.
 * @param {'compiler' | 'python' | 'pip'} tool
 */
function installCommand(tool) {
  const found = installers.find(({ command }) => works(command, '--version')) ?? installers[0];
  const sudo = process.getuid?.() === 0 ? '' : 'sudo ';
  return `${sudo}${found.install} ${found.names[tool]}`;
}

/**
 * @param {{ fetch: boolean, compile: boolean }} needs
 * @throws {SetupError} one sentence for each missing tool
 */
export function checkTools({ fetch, compile }) {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new SetupError(
      `Spectroscope can be set up on Linux x64 so far; this is ${process.platform} ${process.arch}.`,
    );
  }
  const missing = [];
  const version = process.versions.node;
  if (Number(version.split('.')[0]) < oldestNode) {
    missing.push(
      `Node ${oldestNode} or newer is needed and this is ${version}: install one from your system's packages.`,
    );
  }
  if (!works('npm', '--version')) missing.push('npm is missing: install it with the command that installed Node.');
  if (fetch && !works(python, '--version')) {
    missing.push(`Python 3 is missing: install it and pip with: ${installCommand('python')} python3-pip`);
  } else if (fetch && !works(python, '-m', 'pip', '--version')) {
    missing.push(`pip for Python 3 is missing: install it with: ${installCommand('pip')}`);
  }
  if (compile && !works(compiler, '--version')) {
    missing.push(`A C++ compiler (${compiler}) is missing: install it with: ${installCommand('compiler')}`);
  }
  if (missing.length > 0) throw new SetupError(missing.join('\n'));
}
