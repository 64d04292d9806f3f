/** What stands for a state in a circle. */
export const SIGNS = {
  ok: 'M3.5 8.5l3 3 6-7',
  waiting: 'M8 4v4l2.5 2',
  broken: 'M4 4l8 8M12 4l-8 8',
  none: 'M3.5 8h9',
} as const;

const PATHS = {
  ...SIGNS,
  waiting: `${SIGNS.waiting}M8 1.8a6.2 6.2 0 100 12.4A6.2 6.2 0 008 1.8z`,
  call: 'M4.2 2.2l2 .2 1 3-1.4 1.1a8 8 0 003.7 3.7L10.600 8.800l3 1 .2 2c0 1-.9 1.800-1.900 1.700A10.600 10.600 0 012.500 4.100c-.1-1 .7-1.900 1.700-1.900z',
  hangUp:
    'M1.800 9.600c3.600-3.200 8.800-3.200 12.400 0l-1.500 1.900-2.500-1-.2-1.800a6.500 6.500 0 00-4 0l-.2 1.800-2.500 1z',
  message: 'M2.500 3h11v8h-6l-3 2.500V11h-2z',
  terminal: 'M3 4.500l3.500 3.500L3 11.500M8 12h5',
  copy: 'M5.500 5.500v-3h8v8h-3M2.500 5.500h8v8h-8z',
  code: 'M5.500 4L2 8l3.500 4M10.500 4L14 8l-3.500 4',
  phone: 'M4.500 1.500h7v13h-7zM7 12.500h2',
  window: 'M1.800 3h12.400v10H1.800zM1.800 6h12.400',
  silent:
    'M2 2l12 12M12.500 11H3c1-1 1.500-2 1.500-4M6 3.500A3.500 3.500 0 0111.500 7c0 .8.1 1.400.3 2M6.500 13h3',
} as const;

export type IconName = keyof typeof PATHS;

/** Beside words that say the same: nothing is read out. */
export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
