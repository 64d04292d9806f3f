/**
 * Stands in the bundle for parts of what it bundles that the relay never comes to. Of the hubs' SDK, a third of the whole:
 * proxies, for it has a transport of its own, and the text of a hub's XML error, for it goes by the status; the SDK does
 * without both. Of the HTML parser: what writes trees, for it takes the tokens alone.
 */
module.exports = {};
