// Every page of a person, in every language and width, is fit for everybody.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { demoKeys } from "./keys.mjs";
import { fitForAll, logIn } from "./steps.mjs";
import { freshPage, launchBrowser, open, startServer } from "./support.mjs";

let server;
let browser;
let keys;
let fresh;
let application;

before(async () => {
  server = await startServer();
  browser = await launchBrowser();
  keys = await demoKeys(server);
  fresh = await freshPage(browser);
  const { page } = fresh;
  await logIn(page, server.url, keys.find("СЕРИКОВ", "login"), { password: keys.password });
  await page.goto(`${server.url}/applications`);
  await page.getByRole("link", { name: /Серикова Айлин/ }).click();
  await page.getByText("Номер в очереди").first().waitFor();
  application = new URL(page.url()).pathname;
});

after(async () => {
  await browser?.close();
  await keys?.remove();
  await server?.stop();
});

const ROUTES = ["/applications", "/applications/new", "/attachments", "/attachments/new", "/notices", "/account"];
const OF_APPLICATION = ["", "/history", "/documents", "/choose", "/withdrawal"];

for (const [language, tag] of [["Қаз", "kk"], ["Рус", "ru"], ["Eng", "en"]]) {
  for (const width of [360, 1280]) {
    test(`every page of a person in ${tag} at ${width} px is fit for everybody`, async () => {
      const { page, trouble } = fresh;
      await page.setViewportSize({ width, height: 900 });
      await page.getByRole("button", { name: language }).click();
      for (const route of [...ROUTES, ...OF_APPLICATION.map((tab) => application + tab)]) {
        await open(page, `${server.url}${route}`);
        assert.equal(await page.locator("html").getAttribute("lang"), tag, route);
        const name = route.replace(application, "application").replaceAll("/", "_");
        // The notice of the choosing stands over its page.
        await fitForAll(page, `personal-${tag}-${width}-${name}`);
      }
      assert.deepEqual(trouble, []);
    });
  }
}
