// «Кабинет специалиста»: what officials do, in three languages and at two widths, and what parents see of it.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { demoKeys } from "./keys.mjs";
import { appoint, begin, endAppointments, LANGUAGES, logInToChoose, speak, wordsOf } from "./office.mjs";
import { fitAtBothWidths, logIn } from "./steps.mjs";
import { freshPage, launchBrowser, open, settled, startServer } from "./support.mjs";

const CHIEF = "ИВАНОВА";
const SECOND = "АХМЕТОВА";
/** Has children in the queue. */
const PARENT = "СЕРИКОВ";
/** As the certificates of the demo name them. */
const CHIEF_IIN = "951010300054";
const SECOND_IIN = "880229400023";
const DUTIES = ["registry", "queue", "audit", "appointments"];
/** Whom nobody has seen log in. */
const NEWCOMER = "911201300035";

let server;
let browser;
let keys;

before(async () => {
  server = await startServer();
  browser = await launchBrowser();
  keys = await demoKeys(server);
  await appoint(server, CHIEF_IIN, ...DUTIES);
});

after(async () => {
  await browser?.close();
  await keys?.remove();
  await server?.stop();
});

async function official() {
  const fresh = await freshPage(browser);
  await logInToChoose(fresh.page, server.url, keys.find(CHIEF, "login"), keys.password);
  return fresh;
}

const heading = (page, name) => page.getByRole("heading", { level: 1, name }).waitFor();

for (const [language] of LANGUAGES) {
  test(`capacity, appointments, search and audit in ${language}`, async () => {
    const fresh = await official();
    const { page, trouble, context } = fresh;
    await speak(page, language);
    await fitAtBothWidths(page, `office-choice-${language}`);
    const words = await begin(page, language);
    await fitAtBothWidths(page, `office-start-${language}`);

    // The capacity stands on every page; a page of parents offers the other one.
    await page.getByText(words.capacity.works_as_official.split(":")[0]).waitFor();
    await open(page, `${server.url}/applications`);
    await page.getByText(words.capacity.page_of_parents).waitFor();
    await fitAtBothWidths(page, `office-other-${language}`);
    await open(page, `${server.url}/office`);
    await heading(page, words.office.heading);

    // An appointment: an empty form, then a person who has never logged in.
    await page.getByRole("link", { name: words.appointments.section }).first().click();
    await heading(page, words.appointments.heading);
    await settled(page);
    await fitAtBothWidths(page, `office-appointments-${language}`);
    await page.getByRole("link", { name: words.appointments.appoint }).click();
    await heading(page, words.appointments.appoint);
    await page.getByRole("button", { name: words.common.proceed }).click();
    await page.locator("#error-summary").waitFor();
    await fitAtBothWidths(page, `office-appoint-empty-${language}`);
    await page.locator("#iin").fill(NEWCOMER);
    await page.locator(`input[name="duty"][value="audit"]`).check();
    await page.locator("#last-day").fill("31.12.2099");
    await page.getByRole("button", { name: words.common.proceed }).click();
    await heading(page, words.appointments.check);
    await fitAtBothWidths(page, `office-appoint-check-${language}`);
    await page.getByRole("button", { name: words.appointments.appoint }).click();
    await heading(page, words.appointments.done);
    await fitAtBothWidths(page, `office-appoint-done-${language}`);
    await page.getByRole("link", { name: words.appointments.heading }).click();
    const row = page.getByRole("row").filter({ hasText: NEWCOMER });
    await row.getByText(words.appointments.not_logged_in).waitFor();

    // Ended again, after a question.
    await row.getByRole("button", { name: words.appointments.end }).click();
    const question = page.getByRole("dialog");
    await question.getByText(NEWCOMER).waitFor();
    await fitAtBothWidths(page, `office-appointment-end-${language}`);
    await question.getByRole("button", { name: words.appointments.end_now }).click();
    await row.waitFor({ state: "detached" });
    await page.locator("#filter-state").selectOption("");
    await row.first().getByText(words.appointments.not_in_force).waitFor();
    const saving = page.waitForEvent("download");
    await page.getByRole("button", { name: words.list.export }).click();
    assert.equal((await saving).suggestedFilename(), "appointments.csv");

    // A search needs a reason.
    await open(page, `${server.url}/office/applications`);
    await page.getByRole("button", { name: words.search.find }).click();
    await page.locator("#error-summary").waitFor();
    await fitAtBothWidths(page, `office-search-empty-${language}`);
    await page.locator("#child-iin").fill(NEWCOMER);
    await page.locator("#reason").selectOption("complaint");
    await page.getByRole("button", { name: words.search.find }).click();
    await page.getByText(words.search.empty).waitFor();

    // Looking into the audit log is a record in it.
    await open(page, `${server.url}/office/audit`);
    await page.locator("#actor").fill(CHIEF_IIN);
    await page.locator("#until").fill("31.12.2020");
    await page.getByRole("button", { name: words.audit.show }).click();
    await page.getByText(words.audit.empty).waitFor();
    await page.locator("#until").fill("");
    await page.locator("#since").fill("01.01.2026");
    await page.getByRole("button", { name: words.audit.show }).click();
    await page.getByRole("cell", { name: words.audit.search_applications }).first().waitFor();
    await page.getByRole("button", { name: words.audit.show }).click();
    await page.getByRole("cell", { name: words.audit.search_audit_records }).first().waitFor();
    await fitAtBothWidths(page, `office-audit-${language}`);
    assert.deepEqual(trouble, []);
    await context.close();
  });
}

test("a parent sees who has looked", async () => {
  const ru = await wordsOf("ru");
  const parent = await freshPage(browser);
  await logIn(parent.page, server.url, keys.find(PARENT, "login"), { password: keys.password });
  await parent.page.goto(`${server.url}/applications`);
  await parent.page.getByRole("link", { name: /Серикова Айлин/ }).first().click();
  await parent.page.getByText("Номер в очереди").first().waitFor();
  const number = (await parent.page.getByText(/АКТ-\d{4}-\d{6}/).first().textContent())
    .match(/АКТ-\d{4}-\d{6}/)[0];
  await parent.page.getByRole("link", { name: ru.looks.heading }).click();
  await heading(parent.page, ru.looks.heading);
  await parent.page.getByText(ru.looks.empty).waitFor();
  await fitAtBothWidths(parent.page, "looks-empty");

  const { page, context, trouble } = await official();
  await begin(page, "ru");
  await open(page, `${server.url}/office/applications`);
  await page.locator("#application-number").fill(number);
  await page.locator("#reason").selectOption("request_of_parent");
  await page.getByRole("button", { name: ru.search.find }).click();
  await page.getByRole("rowheader", { name: number }).waitFor();
  await fitAtBothWidths(page, "office-search-found");
  await page.getByRole("link", { name: ru.search.who_looked }).click();
  await heading(page, ru.audit.heading);
  await page.getByRole("button", { name: ru.audit.show }).click();
  await page.getByRole("cell", { name: ru.looks.request_of_parent }).first().waitFor();

  await parent.page.reload();
  const look = parent.page.getByRole("listitem").filter({ hasText: ru.looks.official });
  await look.getByText(ru.looks.request_of_parent).waitFor();
  assert.equal(await look.getByText(CHIEF_IIN).count(), 0);
  for (const [language, button] of LANGUAGES) {
    await parent.page.getByRole("button", { name: button, exact: true }).click();
    await fitAtBothWidths(parent.page, `looks-${language}`);
  }
  assert.deepEqual([...trouble, ...parent.trouble], []);
  await context.close();
  await parent.context.close();
});

test("an appointment that ends while somebody works leads to a page that says so", async () => {
  const ru = await wordsOf("ru");
  await appoint(server, SECOND_IIN, "queue");
  const { page, context, trouble } = await freshPage(browser);
  await logInToChoose(page, server.url, keys.find(SECOND, "login"), keys.password);
  await begin(page, "ru");
  await open(page, `${server.url}/office/applications`);
  await page.locator("#child-iin").fill(NEWCOMER);
  await page.locator("#reason").selectOption("complaint");
  await endAppointments(server, SECOND_IIN);
  await page.getByRole("button", { name: ru.search.find }).click();
  await heading(page, ru.office.not_appointed);
  await fitAtBothWidths(page, "office-ended");
  await page.getByRole("button", { name: ru.office.as_parent }).click();
  await heading(page, "Журнал заявлений");
  // The refusal itself, in the console of the browser.
  assert.deepEqual(trouble.filter((line) => !line.includes("403")), []);
  await context.close();
});
