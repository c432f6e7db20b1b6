/* What a telephone keeps of labelling: the lists of rooms that were opened, and the acts that were not sent yet. */
window.labellingStore = (() => {
  "use strict";
  const request = (asked) => new Promise((done, failed) => {
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => failed(asked.error);
  });
  const opened = () => {
    const asked = indexedDB.open("labelling", 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore("lists", { keyPath: "address" });
      asked.result.createObjectStore("acts", { keyPath: "order", autoIncrement: true });
    };
    return request(asked);
  };
  /* Done when it is on the disk, not before. */
  const within = async (store, mode, work) => {
    const base = await opened();
    try {
      const transaction = base.transaction(store, mode);
      const ended = new Promise((done, failed) => {
        transaction.oncomplete = done;
        transaction.onabort = transaction.onerror = () => failed(transaction.error);
      });
      const result = await request(work(transaction.objectStore(store)));
      await ended;
      return result;
    } finally {
      base.close();
    }
  };
  const store = {
    list: (address) => within("lists", "readonly", (lists) => lists.get(address)),
    keepList: (list) => within("lists", "readwrite", (lists) => lists.put(list)),
    acts: () => within("acts", "readonly", (acts) => acts.getAll()),
    keep: (act) => within("acts", "readwrite", (acts) => acts.put(act)),
    drop: (order) => within("acts", "readwrite", (acts) => acts.delete(order)),
    /* Nobody is signed in: no list stays; acts stay only until they are sent. */
    wipe: async () => {
      await within("lists", "readwrite", (lists) => lists.clear());
      const acts = await store.acts();
      for (const act of acts.filter((one) => one.refused)) await store.drop(act.order);
      return acts.some((one) => !one.refused);
    },
  };
  return store;
})();
if (document.querySelector("form[action$='/sign-in']")) window.labellingStore.wipe().catch(() => {});
