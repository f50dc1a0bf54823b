// Sends with @segment/analytics-node: URL, key, how many tracks.
"use strict";
const { Analytics } = require("@segment/analytics-node");

const [host, writeKey, count] = process.argv.slice(2);
const analytics = new Analytics({ host, writeKey, maxRetries: 30, flushAt: 20 });
const userId = "u-node";
let failed = false;
analytics.on("error", (error) => {
  failed = true;
  console.error(error);
});
analytics.identify({ userId, traits: { email: "cleo@example.org" } });
analytics.page({ userId, category: "Shop", name: "Basil", properties: { path: "/herbs/basil" } });
analytics.screen({ userId, category: "App", name: "Start" });
analytics.group({ userId, groupId: "g-1", traits: { name: "Garden club" } });
analytics.alias({ userId, previousId: "anon-3" });
for (let number = 0; number < Number(count); number += 1) {
  analytics.track({
    userId,
    event: `Order ${number}`,
    properties: { revenue: 9.5, currency: "EUR", note: "Grüße, 祝" },
  });
}
analytics.closeAndFlush({ timeout: 60000 }).then(() => process.exit(failed ? 1 : 0));
