/**
 * Stands in the bundle for the agents that the pipelines of Azure's SDKs put into each request where there is a proxy.
 * The relay's own connections know of proxies and do not look at them.
 */
module.exports = { HttpProxyAgent: class {}, HttpsProxyAgent: class {} };
