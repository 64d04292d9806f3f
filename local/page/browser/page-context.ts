import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Commands } from './commands';

/** What every part of the page needs to do something. */
export interface PageContext {
  /** Nothing: the page is there to be read. */
  readonly token: string | undefined;
  readonly connected: boolean;
  readonly commands: Commands;
}

export const Page = createContext<PageContext | undefined>(undefined);

export function usePage(): PageContext {
  return useContext(Page)!;
}
