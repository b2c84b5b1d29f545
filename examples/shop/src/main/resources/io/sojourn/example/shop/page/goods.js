// What is for sale. Prices in cents.

export const goods = [
  { id: "lantern", name: "Harbour lantern", about: "Burns till morning.", cents: 3400 },
  { id: "mug", name: "Enamel mug", about: "Survives every fall.", cents: 1200 },
  { id: "tent", name: "Two-night tent", about: "Up before the rain.", cents: 18900 },
  { id: "boots", name: "Walking boots", about: "Worn in already.", cents: 12900 },
  { id: "map", name: "Folding map", about: "Folds back, too.", cents: 900 },
  { id: "compass", name: "Brass compass", about: "Always of one opinion.", cents: 2800 },
];

const euros = new Intl.NumberFormat("en", { style: "currency", currency: "EUR" });

export const price = (cents) => euros.format(cents / 100);
