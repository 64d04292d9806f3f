import type { Command } from '../command';
import { rotate } from './rotate';
import { verify } from './verify';

/** Every command; a new one is a file beside this one and a word here. */
export const COMMANDS: readonly Command[] = [verify, rotate];
