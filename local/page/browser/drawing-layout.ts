import type { Place } from './drawing';

/** Where the boxes of the drawing stand, in units of its own. */
export interface Layout {
  readonly form: 'wide' | 'narrow';
  readonly width: number;
  readonly height: number;
  readonly at: Readonly<Record<Place, readonly [x: number, y: number, width: number]>>;
  /** Where the words of the link stand: their middle. */
  readonly label: readonly [x: number, y: number];
}

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const BOX_HEIGHT = 76;

/** From left to right: who sends above, who sends besides below. */
export const WIDE: Layout = {
  form: 'wide',
  width: 1120,
  height: 296,
  at: {
    app: [4, 36, 158],
    acs: [210, 36, 208],
    linkedHub: [724, 36, 178],
    eventGrid: [210, 190, 208],
    relay: [466, 190, 210],
    relayHub: [724, 190, 178],
    apns: [964, 8, 152],
    fcmv1: [964, 110, 152],
    browser: [964, 212, 152],
  },
  label: [571, 74],
};

/** From above to below, for screens of 360 pixels. */
export const NARROW: Layout = {
  form: 'narrow',
  width: 360,
  height: 712,
  at: {
    app: [76, 4, 208],
    acs: [76, 116, 208],
    linkedHub: [4, 330, 168],
    eventGrid: [188, 276, 168],
    relay: [188, 374, 168],
    relayHub: [188, 472, 168],
    apns: [4, 632, 112],
    fcmv1: [124, 632, 112],
    browser: [244, 632, 112],
  },
  label: [116, 254],
};

export function boxOf(place: Place, { at }: Layout): Box {
  const [x, y, width] = at[place];
  return { x, y, width, height: BOX_HEIGHT };
}

/** From side to side where the boxes stand beside each other, else from below to above. */
export function pathOf(a: Box, b: Box, form: Layout['form']): string {
  const beside = b.x >= a.x + a.width;
  if (beside && form === 'wide') {
    const [x1, y1, x2, y2] = [a.x + a.width, a.y + a.height / 2, b.x - 2, b.y + b.height / 2];
    const middle = (x1 + x2) / 2;
    return `M${x1} ${y1}C${middle} ${y1} ${middle} ${y2} ${x2} ${y2}`;
  }
  const [x1, y1, x2, y2] = [a.x + a.width / 2, a.y + a.height, b.x + b.width / 2, b.y - 2];
  const middle = (y1 + y2) / 2;
  return `M${x1} ${y1}C${x1} ${middle} ${x2} ${middle} ${x2} ${y2}`;
}
