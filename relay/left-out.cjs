/**
 * Stands in the bundle for a part of what it bundles that the relay never comes to. Whatever is taken of it throws when
 * it is called, so that coming to it after all is seen at once and not somewhere behind.
 *
 * @param {string} part as it is imported
 */
module.exports = (part) => {
  const fail = () => {
    throw new Error(`${part} is left out of the relay's bundle: see LEFT_OUT in relay/build.mjs`);
  };
  /** @type {object} */
  const leftOut = new Proxy(function () {}, {
    apply: fail,
    construct: fail,
    // Named imports are looked up behind what a bundle makes of a module.
    getPrototypeOf: () => leftOut,
    get: (_, name) =>
      typeof name === 'symbol' || name === 'then' || name === '__esModule' ? undefined : leftOut,
  });
  return leftOut;
};
