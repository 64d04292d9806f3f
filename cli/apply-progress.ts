import { durationText, type Mark, type Step } from '../terminal';

/** What an apply or a destroy has done so far. */
export interface Applied {
  readonly made: number;
  readonly changed: number;
  readonly destroyed: number;
}

interface UnderWay {
  readonly doing: string;
  readonly since: number;
  /** The last that a program printed which Terraform runs for the resource. */
  printed?: string;
}

const MARKS: Readonly<Record<string, Mark>> = { Creation: '+', Modifications: '~', Destruction: '-' };

/** An address, the path that cdktf writes behind it, whether a program of it speaks, and what is said. */
const SAID = /^(?:\S+ {2,}| {2,})?([a-z]\w*\.[\w.\-[\]"]+)(?: \(([^()]+)\))?( \(local-exec\))?: (.*)$/;

/**
 * Reads what Terraform prints while it applies or destroys, by itself or by cdktf, and tells it: one line for each
 * resource that is finished, and what is under way, how long already and what it waits for.
 */
export class ApplyProgress {
  private planned = 0;
  private readonly finished = { '+': 0, '~': 0, '-': 0 };
  private readonly underWay = new Map<string, UnderWay>();
  private phase = 'synthesizing';

  constructor(
    private readonly step: Step,
    private readonly now: () => number = Date.now,
  ) {
    step.now(() => this.text());
  }

  get applied(): Applied {
    const { '+': made, '~': changed, '-': destroyed } = this.finished;
    return { made, changed, destroyed };
  }

  /** Takes one line, without control sequences. */
  read(line: string): void {
    if (/Initializing (the backend|provider plugins)/.test(line)) this.phase = 'terraform init';
    const plan = /Plan: (?:\d+ to import, )?(\d+) to add, (\d+) to change, (\d+) to destroy/.exec(line);
    if (plan) this.planned = plan.slice(1).reduce((sum, count) => sum + Number(count), 0);
    const [, address, path, byProgram, said = ''] = SAID.exec(line) ?? [];
    if (address !== undefined) this.hear(nameOf(address, path), byProgram !== undefined, said);
  }

  private hear(name: string, byProgram: boolean, said: string): void {
    const busy = this.underWay.get(name);
    if (byProgram) {
      // Terraform tells the command line first, which is nothing to wait for.
      if (busy && !said.startsWith('Executing: ')) busy.printed = said.trim() || busy.printed;
      return;
    }
    const [, doing] = /^(Creating|Modifying|Destroying)\.\.\./.exec(said) ?? [];
    if (doing) this.underWay.set(name, { doing: doing.toLowerCase(), since: this.now() });
    else if (/^(Refreshing state|Reading|Still reading)\.\.\./.test(said))
      this.phase = 'reading what is there';
    const [, done] = /^(Creation|Modifications|Destruction) complete after /.exec(said) ?? [];
    if (!done) return;
    const mark = MARKS[done]!;
    this.finished[mark]++;
    this.underWay.delete(name);
    this.step.line(busy ? `${name}, ${durationText(this.now() - busy.since)}` : name, mark);
  }

  /** How far it is, and below what is under way: the longest first, with what it waits for. */
  private text(): string {
    if (this.planned === 0 && this.underWay.size === 0) return this.phase;
    const done = Object.values(this.finished).reduce((sum, count) => sum + count, 0);
    const rows = [...this.underWay]
      .sort(([, a], [, b]) => a.since - b.since)
      .map(([name, { doing, since, printed }]) =>
        [`${name}: ${doing}, ${durationText(this.now() - since)}`, printed].filter(Boolean).join(': '),
      );
    const shown =
      rows.length > SHOWN ? [...rows.slice(0, SHOWN - 1), `and ${rows.length - SHOWN + 1} more`] : rows;
    return [this.planned ? `${done} of ${this.planned} resources` : `${done} resources`, ...shown].join('\n');
  }
}

/** How many resources under way are shown: they, and what is above them, fit a small terminal. */
const SHOWN = 8;

/** The type, and where it stands in the stack: as cdktf has it, or as Terraform. */
function nameOf(address: string, path: string | undefined): string {
  const type = address.split('.')[0]!;
  return path === undefined ? address : `${path.replace(/\/Resource$/, '')}  ${type}`;
}
