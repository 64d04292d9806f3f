import type { PageModel, Section } from './model';

/** How a section is read off what is there now. */
export interface Reader<T> {
  read(): T;
  /** Whether who was shown something so many milliseconds ago knows what is there now. @default - when both are the same */
  holds?(shown: T, now: T, milliseconds: number): boolean;
}

export type Sections = { readonly [S in Section]: Reader<PageModel[S]> };

interface Shown {
  readonly value: never;
  readonly json: string;
  /** The machine's time, in milliseconds. */
  readonly at: number;
}

/** Takes sections as they change: the name, and the section as JSON. */
export type Viewer = (section: Section, json: string) => void;

/** At most so often, in milliseconds, is looked at what has changed, however much happens. */
const LOOK_EVERY_MS = 200;
/** How often sections are read that change as time goes by, in milliseconds. */
const TIMED_EVERY_MS = 1_000;
const TIMED: readonly Section[] = ['clock', 'links', 'users'];

/**
 * Keeps every section as JSON and hands those that changed to whoever looks: it is read once, however many look, and not
 * at all while nobody does.
 */
export class Projector {
  private readonly shown = new Map<Section, Shown>();
  private readonly viewers = new Set<Viewer>();
  private soon: NodeJS.Timeout | undefined;
  private timed: NodeJS.Timeout | undefined;

  /** @param log told of a section that cannot be read */
  constructor(
    private readonly sections: Sections,
    private readonly log: (message: string) => void,
  ) {}

  /** Hands over every section, and from then on each that changes. Returns what ends it. */
  watch(viewer: Viewer): () => void {
    for (const section of TIMED) this.shown.delete(section);
    this.look();
    for (const [section, { json }] of this.shown) viewer(section, json);
    this.viewers.add(viewer);
    this.timed ??= setInterval(() => this.look(TIMED), TIMED_EVERY_MS).unref();
    return () => {
      this.viewers.delete(viewer);
      if (this.viewers.size === 0) this.rest();
    };
  }

  /** Something has changed. */
  changed(): void {
    if (this.viewers.size === 0) return;
    this.soon ??= setTimeout(() => {
      this.soon = undefined;
      this.look();
    }, LOOK_EVERY_MS).unref();
  }

  rest(): void {
    clearTimeout(this.soon);
    clearInterval(this.timed);
    this.soon = this.timed = undefined;
  }

  private look(only: readonly Section[] = Object.keys(this.sections) as Section[]): void {
    for (const section of only) {
      try {
        const { read, holds } = this.sections[section] as Reader<never>;
        const value = read();
        const [json, at, before] = [JSON.stringify(value), performance.now(), this.shown.get(section)];
        if (before && (holds?.(before.value, value, at - before.at) ?? before.json === json)) continue;
        this.shown.set(section, { value, json, at });
        for (const viewer of this.viewers) viewer(section, json);
      } catch (error) {
        this.log(`the page cannot show ${section}: ${(error as Error).message}`);
      }
    }
  }
}
