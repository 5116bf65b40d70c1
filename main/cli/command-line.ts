/** What a command is given to define itself with. */
import type { Command } from 'commander';
import type { Terminal } from './terminal.ts';

export interface CommandLine {
  /** A command with the options that all have. */
  command(usage: string, description: string): Command;
  /** Carries out a command's work; its number is the exit code. */
  carryOut(command: Command, work: (terminal: Terminal) => Promise<number>): Promise<void>;
}
