import { ProviderError, ProviderErrors } from './provider';

/** Errors as Terraform shows them; what is nobody's fault but the stand-in's is logged with its stack. */
export class Diagnostics {
  constructor(
    private readonly providerName: string,
    private readonly log: (message: string) => void,
  ) {}

  of(error: unknown): object[] {
    return error instanceof ProviderErrors ? error.errors.map((each) => this.one(each)) : [this.one(error)];
  }

  private one(error: unknown): object {
    if (error instanceof ProviderError) {
      return { severity: 'ERROR', summary: error.summary, detail: error.message };
    }
    this.log(error instanceof Error ? (error.stack ?? error.message) : String(error));
    return {
      severity: 'ERROR',
      summary: `Error in the stand-in ${this.providerName} provider`,
      detail: textOf(error),
    };
  }
}

export function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
