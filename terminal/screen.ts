import type { Ora } from 'ora' with { 'resolution-mode': 'import' };
import { coloursOf, type Colours } from './colours';
import type { Mark, Progress, Step } from './progress';
import { stopwatch, takeStep } from './take-step';
import { cut } from './texts';

/** How often the time that a step has taken is written anew, in milliseconds. */
const TICK_MS = 500;

const MARK_COLOURS = { '+': 'green', '~': 'yellow', '-': 'red' } as const satisfies Record<
  Mark,
  keyof Colours
>;

/** For whoever watches: what goes on is redrawn in place, below the lines that stay. */
export class Screen implements Progress {
  private readonly colours: Colours;
  /** The innermost is drawn; those around it wait. */
  private readonly spinners: Ora[] = [];

  constructor(private readonly output: NodeJS.WriteStream) {
    this.colours = coloursOf(output);
  }

  line(text = ''): void {
    // The spinner makes room for what is written into its stream.
    this.output.write(`${text}\n`);
  }

  async step<T>(
    title: string,
    work: (step: Step) => Promise<T>,
    done: (result: T) => string | undefined = () => title,
  ): Promise<T> {
    const took = stopwatch();
    const ended = (text: string) => `${text}  ${this.colours.dim(`(${took()})`)}`;
    let detail: () => string = () => '';
    const spinner = await this.spin();
    const draw = () => (spinner.text = this.liveText(title, took(), detail()));
    draw();
    spinner.start();
    const ticker = setInterval(draw, TICK_MS);
    return takeStep(work, done, {
      line: (text, mark) => this.line(mark ? `  ${this.colours[MARK_COLOURS[mark]](mark)} ${text}` : text),
      now: (news) => {
        detail = news;
        draw();
      },
      done: (text) => (text === undefined ? spinner.stop() : spinner.succeed(ended(text))),
      failed: () => spinner.fail(ended(title)),
      over: () => {
        clearInterval(ticker);
        this.spinners.pop();
        this.spinners.at(-1)?.start();
      },
    });
  }

  private async spin(): Promise<Ora> {
    // Loaded where somebody watches: it is an ES module, and most runs of a command need none of it.
    const { default: ora } = await import('ora');
    this.spinners.at(-1)?.stop();
    // What is typed meanwhile is left alone, and so Ctrl-C stays a signal.
    const spinner = ora({
      stream: this.output,
      isEnabled: true,
      discardStdin: false,
      // Its own colours know nothing of NO_COLOR.
      color: this.colours.isColorSupported ? 'cyan' : false,
    });
    this.spinners.push(spinner);
    return spinner;
  }

  /** No line of it is wrapped: a narrow terminal shows the begin of each. */
  private liveText(title: string, took: string, detail: string): string {
    const columns = (this.output.columns || 80) - 3;
    const [first, ...below] = detail.split('\n');
    const head = cut(`${title}  ${took}${first && `  ${first}`}`, columns);
    return [head, ...below.map((line) => this.colours.dim(cut(`  ${line}`, columns)))].join('\n');
  }
}
