/**
 * Stands in the bundle for undici: its connections, without fetch, web sockets, caches and mocks. The way through a proxy
 * begins with a request of its own kind, which undici's index adds to what sends.
 */
require('undici/lib/dispatcher/dispatcher').prototype.connect = require('undici/lib/api/api-connect');

module.exports = {
  Agent: require('undici/lib/dispatcher/agent'),
  Client: require('undici/lib/dispatcher/client'),
  EnvHttpProxyAgent: require('undici/lib/dispatcher/env-http-proxy-agent'),
  Pool: require('undici/lib/dispatcher/pool'),
};
