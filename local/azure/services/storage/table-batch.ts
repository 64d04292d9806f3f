/**
 * Azurite reads the table's name out of a batch's inner requests as the second part of their path, which it is only
 * where the account is the first. Azure takes the account from the host.
 *
 * @returns the batch with inner addresses that Azurite can read
 */
export function batchForAzurite(account: string, body: Buffer): Buffer {
  const host = `https://${account}.table.core.windows.net/`;
  return Buffer.from(body.toString('utf8').replaceAll(` ${host}`, ` http://127.0.0.1/${account}/`));
}
