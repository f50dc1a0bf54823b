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

/** @param {Kept} response */
export const put = (response) => within("readwrite", (store) => store.put(response));
/** @returns {Promise<Kept[]>} */
export const all = () => within("readonly", (store) => store.getAll());
/** @param {string[]} tokens */
export const remove = (tokens) => within("readwrite", (store) => tokens.forEach((token) => store.delete(token)));
