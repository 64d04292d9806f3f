/**
 * Stands in the bundle for parts of what it bundles that the relay never comes to: `RELAY_BUNDLE` has the list. Of
 * Azure's SDKs the proxies, which their pipelines put into a request and the relay's own connections do without, as they
 * know of proxies; what signs with a certificate or opens a browser to sign in; and checksums of uploads. Of undici
 * bodies that are forms. Of the HTML parser what writes trees, for the relay takes the tokens alone.
 */
module.exports = { HttpProxyAgent: class {}, HttpsProxyAgent: class {} };
