/** Levels of arrays and objects in a document. What Azure takes is not documented; no resource comes near it. */
const MOST_LEVELS = 128;

/**
 * Parses JSON that comes from outside. What is kept is copied and written by functions that call themselves for each
 * level, so that a document may not have any number of them.
 *
 * @throws SyntaxError for what is no JSON, and for what has more than 128 levels
 */
export function parseJsonText(text: string): unknown {
  const document = JSON.parse(text) as unknown;
  let level: unknown[] = [document];
  for (let levels = 0; level.length > 0; levels += 1) {
    if (levels > MOST_LEVELS) {
      throw new SyntaxError(`it has more than ${MOST_LEVELS} levels of arrays and objects`);
    }
    level = level.flatMap((value) =>
      typeof value === 'object' && value !== null ? Object.values(value) : [],
    );
  }
  return document;
}
