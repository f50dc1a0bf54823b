// What was answered waits in the browser's database until the server has said that it has it.

/** @typedef {Record<string, any>} Kept */

/** @returns {Promise<IDBDatabase>} */
const opened = () => new Promise((done, fail) => {
  const asking = indexedDB.open("heartline-kiosk", 1);
  asking.onupgradeneeded = () => asking.result.createObjectStore("responses", { keyPath: "token" });
  asking.onsuccess = () => done(asking.result);
  asking.onerror = () => fail(asking.error);
});

/** @type {Promise<IDBDatabase> | undefined} */
let database;

/** @param {IDBTransactionMode} mode @param {(store: IDBObjectStore) => IDBRequest | void} act @returns {Promise<any>} when it is durable */
const within = async (mode, act) => {
  const store = await (database ||= opened());
  return new Promise((done, fail) => {
    const change = store.transaction("responses", mode, { durability: "strict" });
    const asking = act(change.objectStore("responses"));
    change.oncomplete = () => done(asking?.result);
    change.onerror = change.onabort = () => fail(change.error);
  });
};

/** What the disk had no room for: it waits as long as the page is open. @type {Map<string, Kept>} */
const spare = new Map();

/** @param {Kept} response */
export const put = (response) => within("readwrite", (store) => store.put(response)).then(
  () => void spare.delete(response.token), () => void spare.set(response.token, response));

/** @returns {Promise<Kept[]>} */
export const all = async () => {
  const kept = await within("readonly", (store) => store.getAll()).catch(() => []);
  return [...kept.filter((/** @type {Kept} */ one) => !spare.has(one.token)), ...spare.values()];
};

/** @param {string[]} tokens */
export const remove = async (tokens) => {
  for (const token of tokens) spare.delete(token);
  await within("readwrite", (store) => tokens.forEach((token) => store.delete(token))).catch(async (wrong) => {
    if ((await all()).some((one) => tokens.includes(one.token))) throw wrong; // they would be sent for ever
  });
};
