/** A refusal of the Table service. https://learn.microsoft.com/rest/api/storageservices/table-service-error-codes */
export class TableError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    /** Which change of a transaction it was. */
    readonly index?: number,
  ) {
    super(message);
  }

  at(index: number): TableError {
    return new TableError(this.status, this.code, this.message, index);
  }

  get body(): string {
    const value = this.index === undefined ? this.message : `${this.index}:${this.message}`;
    return JSON.stringify({ 'odata.error': { code: this.code, message: { lang: 'en-US', value } } });
  }
}

export function serverBusy(): TableError {
  return new TableError(503, 'ServerBusy', 'The server is busy.');
}

export function tableNotFound(): TableError {
  return new TableError(404, 'TableNotFound', 'The table specified does not exist.');
}
