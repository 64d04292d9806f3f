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
  private readonly all: readonly Section[];

  /** @param log told of a section that cannot be read */
  constructor(
    private readonly sections: Sections,
    private readonly log: (message: string) => void,
  ) {
    this.all = Object.keys(sections) as Section[];
  }

  /** Hands over every section as it is now, and from then on each that changes. Returns what ends it. */
  watch(viewer: Viewer): () => void {
    this.look(this.all, viewer);
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

  private rest(): void {
    clearTimeout(this.soon);
    clearInterval(this.timed);
    this.soon = this.timed = undefined;
  }

  /** @param newcomer gets each section, changed or not; those who look already know what has not changed */
  private look(only = this.all, newcomer?: Viewer): void {
    for (const section of only) {
      const before = this.shown.get(section);
      try {
        const { read, holds } = this.sections[section] as Reader<never>;
        const value = read();
        const [json, at] = [JSON.stringify(value), performance.now()];
        newcomer?.(section, json);
        if (before && (holds?.(before.value, value, at - before.at) ?? before.json === json)) continue;
        this.shown.set(section, { value, json, at });
        for (const viewer of this.viewers) viewer(section, json);
      } catch (error) {
        // It may come back as the others know it, and then nobody is told.
        if (before) newcomer?.(section, before.json);
        this.log(`the page cannot show ${section}: ${(error as Error).message}`);
      }
    }
  }
}
