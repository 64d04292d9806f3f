/**
 * Stands in the bundle for parts of the hubs' SDK that the relay never comes to, a third of the whole: proxies, for it
 * has a transport of its own, and the text of a hub's XML error, for it goes by the status. The SDK does without both.
 */
module.exports = {};
