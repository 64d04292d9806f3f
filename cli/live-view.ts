import type { Io } from './io';
import { reportText, verdictLine, type TitledReport } from './report-text';

/** Shows how a wait goes: redrawn in place for a person, a line per change for a log. */
export interface WaitView {
  show(reports: readonly TitledReport[]): void;
  end(): void;
}

export function waitView(io: Io, columns = process.stderr.columns || 100): WaitView {
  return io.interactive ? new LiveView(io, columns) : new LogView(io);
}

class LiveView implements WaitView {
  private drawn = 0;
  private shown: { reports: readonly TitledReport[]; at: number } | undefined;
  private readonly timer = setInterval(() => this.draw(), 1000);

  constructor(
    private readonly io: Io,
    private readonly columns: number,
  ) {
    this.timer.unref();
  }

  show(reports: readonly TitledReport[]): void {
    this.shown = { reports, at: Date.now() };
    this.draw();
  }

  end(): void {
    clearInterval(this.timer);
    this.clear();
  }

  private draw(): void {
    if (!this.shown) return;
    this.clear();
    const { reports, at } = this.shown;
    const lines = reports.flatMap((titled) => [
      ...reportText(titled).trimEnd().split('\n'),
      ...timeLeft(titled, at),
    ]);
    const cut = lines.map((line) => line.slice(0, this.columns - 1));
    this.io.err(`${cut.join('\n')}\n`);
    this.drawn = cut.length;
  }

  private clear(): void {
    if (this.drawn > 0) this.io.eraseLines(this.drawn);
    this.drawn = 0;
  }
}

/** @param at when the report came, by this machine's clock */
function timeLeft({ report }: TitledReport, at: number): string[] {
  if (!report.window?.open) return [];
  const left = Date.parse(report.window.closesAt) - Date.parse(report.time) - (Date.now() - at);
  return [`${timeText(left)} left in the window`];
}

class LogView implements WaitView {
  private readonly last = new Map<string, string>();

  constructor(private readonly io: Io) {}

  show(reports: readonly TitledReport[]): void {
    for (const titled of reports) {
      const line = verdictLine(titled);
      const key = titled.title ?? '';
      if (line !== this.last.get(key)) this.io.err(`${titled.report.time} ${line}\n`);
      this.last.set(key, line);
    }
  }

  end(): void {
    this.last.clear();
  }
}

/** `9:05` */
export function timeText(milliseconds: number): string {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
