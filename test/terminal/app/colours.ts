import { coloursOf } from '../../../terminal';

process.stdout.write(coloursOf(process.stdout).green('green'));
