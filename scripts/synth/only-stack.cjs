function onlyStackOf() {}
module.exports = { onlyStackOf };
