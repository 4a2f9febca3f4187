// The load test of order tracking: up to 1000 people, each setting a status and opening
// the tracking page every three seconds.
//
//   market demo --load-test          prints the three values below
//   APP_URL=… TEST_ORDER_ID=… TEST_AUTH_TOKEN=… k6 run load/order-tracking.js
//
// SCALE multiplies all durations (1 = 23 minutes). `cargo x load` does all of it.

import http from "k6/http";
import { check, sleep } from "k6";
import { Rate, Trend } from "k6/metrics";

const url = __ENV.APP_URL || "http://127.0.0.1:8080";
const order = __ENV.TEST_ORDER_ID || "test_order_123";
const token = __ENV.TEST_AUTH_TOKEN || "test_token";
const scale = Number(__ENV.SCALE || "1");

const statusUpdate = new Trend("status_update_duration", true);
const trackingPage = new Trend("tracking_page_duration", true);
const statusUpdateFailed = new Rate("status_update_failed");
const trackingPageFailed = new Rate("tracking_page_failed");

const stage = (minutes, target) => ({ duration: `${Math.round(minutes * 60 * scale * 1000)}ms`, target });

export const options = {
  stages: [
    stage(2, 100),
    stage(5, 100),
    stage(2, 500),
    stage(5, 500),
    stage(2, 1000),
    stage(5, 1000),
    stage(2, 0),
  ],
  thresholds: {
    // What was asked for.
    http_req_failed: ["rate<0.01"],
    status_update_failed: ["rate<0.01"],
    tracking_page_failed: ["rate<0.01"],
    tracking_page_duration: ["p(95)<2000"],
    // What was asked for, then our own gate, which is narrower.
    http_req_duration: ["p(95)<500", "p(95)<200"],
    status_update_duration: ["p(95)<200", "p(95)<100"],
  },
};

const headers = { Authorization: `Bearer ${token}` };
const jsonHeaders = { ...headers, "Content-Type": "application/json" };

export default function () {
  const update = http.put(
    `${url}/api/orders/${order}/status`,
    JSON.stringify({ status: "PREPARING" }),
    { headers: jsonHeaders, tags: { name: "status update" } },
  );
  statusUpdate.add(update.timings.duration);
  const updated = check(update, {
    "status update: 200": (answer) => answer.status === 200,
    "status update: says PREPARING": (answer) => answer.body !== null && answer.body.includes("PREPARING"),
  });
  check(update, { "status update: under 200 ms": (answer) => answer.timings.duration < 200 });
  statusUpdateFailed.add(!updated);

  const page = http.get(`${url}/orders/${order}/track`, { headers, tags: { name: "tracking page" } });
  trackingPage.add(page.timings.duration);
  const shown = check(page, {
    "tracking page: 200": (answer) => answer.status === 200,
    "tracking page: whole": (answer) =>
      answer.body !== null && answer.body.includes("<main") && answer.body.includes("</html>"),
  });
  check(page, { "tracking page: under 2 s": (answer) => answer.timings.duration < 2000 });
  trackingPageFailed.add(!shown);

  sleep(3);
}
