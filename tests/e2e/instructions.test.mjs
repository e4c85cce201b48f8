// Both official instructions from the home page to the paper, by everybody's means.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { demoKeys } from "./keys.mjs";
import { button, link, MEANS, SHOWN_WITHIN_MS, walk } from "./means.mjs";
import { freshPage, launchBrowser, startServer } from "./support.mjs";

const CHILD = "Серикова Айлин";

let browser;

before(async () => {
  browser = await launchBrowser();
});

after(async () => {
  await browser?.close();
});

/** The steps of both instructions: the page that is shown, and what is done on it. */
function steps(keys, server) {
  const key = (purpose) => keys.find("СЕРИКОВ", purpose);
  const openKey = async (by, purpose) => {
    const { page } = by;
    await by.file(key(purpose));
    await by.type(page.getByLabel("Пароль на хранилище ключей"), keys.password);
    await by.press(button(page, "Обновить список ключей"));
  };
  const signature = {
    h1: "Подписание",
    async act(by) {
      await openKey(by, "signing");
      await by.need(by.page.getByRole("radio", { name: /СЕРИКОВ/ }));
      await by.press(button(by.page, "Подписать"));
    },
  };
  const press = (h1, role, name) => ({
    h1, act: (by) => by.press(by.page.getByRole(role, { name, exact: true })),
  });
  return [
    {
      open: server.url,
      h1: "Место в детском саду — без посредников и очередей у окна",
      async act(by) {
        await by.type(by.page.getByRole("combobox"), "Кандыагаш");
        await by.press(button(by.page, "Продолжить"));
      },
    },
    press("Кандыагаш", "link", "Постановка детей дошкольного возраста на очередь в ДДО"),
    {
      h1: "Вход в личный кабинет",
      async act(by) {
        await openKey(by, "login");
        await by.need(by.page.getByRole("heading", { name: "Данные владельца ключа" }));
        await by.press(button(by.page, "Войти"));
      },
    },
    { h1: "Журнал заявлений", act: (by) => by.press(by.page.locator(".journal").getByRole("link", { name: CHILD })) },
    { h1: CHILD, act: (by) => by.press(link(by.page, "Выбрать частный детский сад")) },
    {
      h1: "Выберите детский сад",
      async act(by) {
        const agree = by.page.getByRole("dialog").getByRole("button", { name: "ОК", exact: true });
        const first = by.page.getByRole("radio").first();
        await by.need(agree.or(first));
        if (await agree.isVisible()) await by.press(agree);
        await by.tick(first);
        await by.press(button(by.page, "Продолжить"));
      },
    },
    press("Проверьте свой выбор", "button", "Подписать и отправить"),
    signature,
    { h1: "Направление выдано", act: (by) => by.press(link(by.page, "Общие документы")) },
    {
      h1: CHILD,
      async act(by) {
        await by.need(by.page.getByText("Направление в частный детский сад").or(
          by.page.getByText("Направление в детский сад")));
        await by.need(by.page.getByRole("button", { name: /Скачать PDF/ }));
      },
    },
    // The second instruction, by whoever has logged in already.
    { open: `${server.url}/applications`, ...press("Журнал заявлений", "link", CHILD) },
    { h1: CHILD, act: (by) => by.press(link(by.page, "Продлить направление")) },
    {
      h1: "Продлить направление",
      async act(by) {
        await by.select(by.page.getByLabel("Прибыть не позднее"), 2);
        await by.select(by.page.getByLabel("Причина продления"), 1);
        await by.press(button(by.page, "Продлить"));
      },
    },
    press("Проверьте текст", "button", "Подписать и отправить"),
    signature,
    { h1: "Направление продлено", act: (by) => by.need(by.page.getByRole("button", { name: /Скачать PDF/ })) },
  ];
}

for (const [name, { by: means, meanwhile, loses }] of Object.entries(MEANS)) {
  test(`обе инструкции ${name}`, async () => {
    const server = await startServer();
    const keys = await demoKeys(server);
    const { page, context, trouble } = await freshPage(browser);
    try {
      context.setDefaultTimeout(SHOWN_WITHIN_MS);
      const by = await means(page);
      await walk(by, steps(keys, server), meanwhile);
      if (loses) assert.ok(by.lost.size > 10, [...by.lost].join("\n"));
      else assert.deepEqual(trouble, []);
    } finally {
      await context.close();
      await keys.remove();
      await server.stop();
    }
  });
}
