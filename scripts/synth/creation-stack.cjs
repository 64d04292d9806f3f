// In place of cdktf's lib/tokens/private/stack-trace.js, with the same result: where a token was made is put into words
// when somebody asks for it.

/** @param {Function} [below] the last of the calls that are left out */
function captureStackTrace(below) {
  /** @type {{ stack?: string }} */
  const object = {};
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = Number.MAX_SAFE_INTEGER;
  Error.captureStackTrace(object, below ?? captureStackTrace);
  Error.stackTraceLimit = stackTraceLimit;
  return new Proxy(/** @type {string[]} */ ([]), {
    get: (lines, key) => Reflect.get(filled(lines, object), key),
    has: (lines, key) => Reflect.has(filled(lines, object), key),
    ownKeys: (lines) => Reflect.ownKeys(filled(lines, object)),
    getOwnPropertyDescriptor: (lines, key) => Reflect.getOwnPropertyDescriptor(filled(lines, object), key),
  });
}

function filled(lines, object) {
  if (object.stack !== undefined) {
    const calls = object.stack.split('\n').slice(1);
    object.stack = undefined;
    lines.push(...calls.map((line) => line.replace(/^\s*at\s+/, '')));
  }
  return lines;
}

module.exports = { captureStackTrace };
