/** An installation that is registered no more, and whose it was. */
export interface Former {
  readonly installationId: string;
  /** `rawId`; undefined where nothing told it any more. */
  readonly user?: string;
}

/** Why an installation was removed without being asked to. */
export interface Removal extends Former {
  readonly because:
    'dead' | 'not renewed' | 'gone from the hub' | 'handed on' | 'one too many' | 'remembered';
}
