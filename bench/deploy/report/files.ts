import type { Result } from '../result';
export function written(_result: Result): { readonly path: string; readonly text: string }[] { return []; }
