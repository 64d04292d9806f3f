import type { Command } from '../command';
import { checkSignIn } from './check-sign-in';
import { deployCommand } from './deploy';
import { destroyCommand } from './destroy';
import { devices } from './devices';
import { diff } from './diff';
import { graph } from './graph';
import { outcome } from './outcome';
import { recover } from './recover';
import { replay } from './replay';
import { rotate } from './rotate';
import { testCall } from './test-call';
import { testSendCommand } from './test-send';
import { verify } from './verify';

/** Every command; a new one is a file beside this one and a word here. */
export const COMMANDS: readonly Command[] = [
  deployCommand,
  destroyCommand,
  recover,
  verify,
  rotate,
  testCall,
  testSendCommand,
  outcome,
  devices,
  replay,
  checkSignIn,
  graph,
  diff,
];
