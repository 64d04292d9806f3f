/** How something stands: the words for it are beside it. */
export type State = 'ok' | 'waiting' | 'broken' | 'none';
