import type { Report } from '../link';
import type { Io } from './io';
import { reportText, verdictText } from './report-text';

/** Shows how a wait goes: redrawn in place for a person, a line per change for a log. */
export interface WaitView {
  show(report: Report): void;
  end(): void;
}

export function waitView(io: Io, columns = process.stderr.columns || 100): WaitView {
  return io.interactive ? new LiveView(io, columns) : new LogView(io);
}

class LiveView implements WaitView {
  private drawn = 0;
  private shown: { report: Report; at: number } | undefined;
  private readonly timer = setInterval(() => this.draw(), 1000);

  constructor(
    private readonly io: Io,
    private readonly columns: number,
  ) {
    this.timer.unref();
  }

  show(report: Report): void {
    this.shown = { report, at: Date.now() };
    this.draw();
  }

  end(): void {
    clearInterval(this.timer);
    this.clear();
  }

  private draw(): void {
    if (!this.shown) return;
    this.clear();
    const { report, at } = this.shown;
    const lines = reportText(report)
      .trimEnd()
      .split('\n')
      .map((line) => line.slice(0, this.columns - 1));
    if (report.window?.open) {
      const left = Date.parse(report.window.closesAt) - Date.parse(report.time) - (Date.now() - at);
      lines.push(`${timeText(left)} left in the window`);
    }
    this.io.err(`${lines.join('\n')}\n`);
    this.drawn = lines.length;
  }

  private clear(): void {
    if (this.drawn > 0) this.io.err(`\u001b[${this.drawn}A\u001b[J`);
    this.drawn = 0;
  }
}

class LogView implements WaitView {
  private last = '';

  constructor(private readonly io: Io) {}

  show(report: Report): void {
    const line = verdictText(report);
    if (line !== this.last) this.io.err(`${report.time} ${line}\n`);
    this.last = line;
  }

  end(): void {
    this.last = '';
  }
}

/** `9:05` */
export function timeText(milliseconds: number): string {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
