// Starts BrowserTestServer from its source. Knows where that and its page lie; nothing of what they do.
"use strict";

const path = require("node:path");
const { JavaServer } = require("./java_server");

const SOURCE = path.join(__dirname, "server", "BrowserTestServer.java");
const PAGE = path.join(__dirname, "server", "page.html");

const startTestServer = () =>
	JavaServer.start("browser-test-server", ["-cp", process.env.HAWSER_JAR, SOURCE, PAGE]);

module.exports = { startTestServer };
