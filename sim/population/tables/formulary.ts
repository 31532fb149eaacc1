// The drugs the courses use, each with the ATC code, a form that is sold in Denmark, and the usual adult dose. `cave`
// names the classes a known reaction forbids; `instead` is what a Danish doctor would turn to then.
export type CaveClass = 'penicillin' | 'asa' | 'morphine' | 'sulfa' | 'codeine' | 'nickel' | 'iodine-contrast' | 'latex' | 'plaster' | 'nuts' | 'bee';

export interface Drug {
  readonly atc: string;
  readonly generic: string;
  readonly brand: string;
  readonly form: string;
  readonly strength: string;
  readonly route: string;
  readonly dose: number;
  readonly unit: string;
  readonly times: readonly string[];
  readonly indication: string;
  readonly cave?: CaveClass;
  readonly instead?: string;
}

const once = ['08:00'];
const evening = ['22:00'];
const twice = ['08:00', '20:00'];
const thrice = ['08:00', '14:00', '22:00'];
const infused = ['06:00', '14:00', '22:00'];
const four = ['08:00', '12:00', '18:00', '22:00'];
const six = ['00:00', '06:00', '12:00', '18:00'];

function drug(atc: string, generic: string, brand: string, form: string, strength: string, route: string, dose: number, unit: string, times: readonly string[], indication: string, cave?: CaveClass, instead?: string): Drug {
  return { atc, generic, brand, form, strength, route, dose, unit, times, indication, ...(cave === undefined ? {} : { cave }), ...(instead === undefined ? {} : { instead }) };
}

export const formulary = {
  // Infection.
  benzylpenicillin: drug('J01CE01', 'benzylpenicillin', 'BENZYLPENICILLIN "PANPHARMA"', 'pulv.t.inj.vsk.', '2 mio. IE', 'i.v.', 2, 'mio. IE', six, 'mod infektion', 'penicillin', 'cefuroxim'),
  cefuroxim: drug('J01DC02', 'cefuroxim', 'CEFUROXIM "FRESENIUS KABI"', 'pulv.t.inj.vsk.', '1,5 g', 'i.v.', 1.5, 'g', infused, 'mod infektion'),
  piperacillin: drug('J01CR05', 'piperacillin/tazobactam', 'PIPERACILLIN/TAZOBACTAM "STRAGEN"', 'pulv.t.inf.vsk.', '4 g + 0,5 g', 'i.v.', 4, 'g', infused, 'mod infektion', 'penicillin', 'meropenem'),
  meropenem: drug('J01DH02', 'meropenem', 'MEROPENEM "HOSPIRA"', 'pulv.t.inj.vsk.', '1 g', 'i.v.', 1, 'g', infused, 'mod infektion'),
  ampicillin: drug('J01CA01', 'ampicillin', 'AMPICILLIN "PANPHARMA"', 'pulv.t.inj.vsk.', '2 g', 'i.v.', 2, 'g', infused, 'mod infektion', 'penicillin', 'cefuroxim'),
  gentamicin: drug('J01GB03', 'gentamicin', 'HEXAMYCIN', 'inj.vsk.', '40 mg/ml', 'i.v.', 320, 'mg', ['16:00'], 'mod infektion'),
  metronidazol: drug('J01XD01', 'metronidazol', 'METRONIDAZOL "BAXTER"', 'inf.vsk.', '5 mg/ml', 'i.v.', 500, 'mg', infused, 'mod anaerob infektion'),
  dicloxacillin: drug('J01CF01', 'dicloxacillin', 'DICLOCIL', 'kaps.', '500 mg', 'p.o.', 1, 'g', thrice, 'mod hudinfektion', 'penicillin', 'clindamycin'),
  cloxacillin: drug('J01CF02', 'cloxacillin', 'EKVACILLIN', 'pulv.t.inj.vsk.', '1 g', 'i.v.', 1, 'g', six, 'mod stafylokokinfektion', 'penicillin', 'cefuroxim'),
  clindamycin: drug('J01FF01', 'clindamycin', 'DALACIN', 'kaps.', '300 mg', 'p.o.', 600, 'mg', thrice, 'mod infektion'),
  pivmecillinam: drug('J01CA08', 'pivmecillinam', 'SELEXID', 'tabl.', '400 mg', 'p.o.', 400, 'mg', thrice, 'mod urinvejsinfektion', 'penicillin', 'trimethoprim'),
  trimethoprim: drug('J01EA01', 'trimethoprim', 'TRIMOPAN', 'tabl.', '100 mg', 'p.o.', 200, 'mg', twice, 'mod urinvejsinfektion', 'sulfa', 'nitrofurantoin'),
  nitrofurantoin: drug('J01XE01', 'nitrofurantoin', 'NITROFURANTOIN "DAK"', 'tabl.', '50 mg', 'p.o.', 50, 'mg', thrice, 'mod urinvejsinfektion'),
  ciprofloxacin: drug('J01MA02', 'ciprofloxacin', 'CIPROFLOXACIN "KRKA"', 'tabl.', '500 mg', 'p.o.', 500, 'mg', twice, 'mod infektion'),
  roxithromycin: drug('J01FA06', 'roxithromycin', 'SURLID', 'tabl.', '150 mg', 'p.o.', 150, 'mg', twice, 'mod lungeinfektion'),
  amoxicillin: drug('J01CA04', 'amoxicillin', 'IMACILLIN', 'tabl.', '750 mg', 'p.o.', 750, 'mg', thrice, 'mod infektion', 'penicillin', 'roxithromycin'),
  oseltamivir: drug('J05AH02', 'oseltamivir', 'TAMIFLU', 'kaps.', '75 mg', 'p.o.', 75, 'mg', twice, 'mod influenza'),
  // Pain, nausea, bowels.
  paracetamol: drug('N02BE01', 'paracetamol', 'PINEX', 'tabl.', '500 mg', 'p.o.', 1, 'g', four, 'mod smerter'),
  ibuprofen: drug('M01AE01', 'ibuprofen', 'IPREN', 'tabl.', '400 mg', 'p.o.', 400, 'mg', thrice, 'mod smerter', 'asa'),
  morphine: drug('N02AA01', 'morphin', 'MORFIN "DAK"', 'tabl.', '10 mg', 'p.o.', 5, 'mg', [], 'mod stærke smerter', 'morphine', 'oxycodone'),
  morphineInjection: drug('N02AA01', 'morphin', 'MORFIN "SAD"', 'inj.vsk.', '10 mg/ml', 'i.v.', 2.5, 'mg', [], 'mod stærke smerter', 'morphine', 'oxycodoneInjection'),
  oxycodone: drug('N02AA05', 'oxycodon', 'OXYCODONE "TEVA"', 'kaps.', '5 mg', 'p.o.', 5, 'mg', [], 'mod stærke smerter'),
  oxycodoneInjection: drug('N02AA05', 'oxycodon', 'OXYNORM', 'inj.vsk.', '10 mg/ml', 'i.v.', 2.5, 'mg', [], 'mod stærke smerter'),
  ondansetron: drug('A04AA01', 'ondansetron', 'ONDANSETRON "FRESENIUS KABI"', 'inj.vsk.', '2 mg/ml', 'i.v.', 4, 'mg', [], 'mod kvalme'),
  macrogol: drug('A06AD65', 'macrogol, komb.', 'MOVICOL', 'pulv.t.oral opl.', '13,8 g', 'p.o.', 1, 'brev', once, 'mod forstoppelse'),
  picosulfate: drug('A06AB08', 'natriumpicosulfat', 'LAXOBERAL', 'dråber', '7,5 mg/ml', 'p.o.', 10, 'dråber', evening, 'mod forstoppelse'),
  pantoprazole: drug('A02BC02', 'pantoprazol', 'PANTOPRAZOL "KRKA"', 'enterotabl.', '40 mg', 'p.o.', 40, 'mg', once, 'mod mavesyre'),
  pantoprazoleInjection: drug('A02BC02', 'pantoprazol', 'PANTOLOC', 'pulv.t.inj.vsk.', '40 mg', 'i.v.', 40, 'mg', ['02:00', '14:00'], 'mod blødende ulcus'),
  // Blood.
  dalteparin: drug('B01AB04', 'dalteparin', 'FRAGMIN', 'inj.vsk., engangssprøjte', '5.000 IE', 's.c.', 5000, 'IE', ['18:00'], 'forebyggelse af blodprop'),
  tinzaparin: drug('B01AB10', 'tinzaparin', 'INNOHEP', 'inj.vsk., engangssprøjte', '20.000 IE/ml', 's.c.', 14000, 'IE', ['18:00'], 'mod blodprop'),
  fondaparinux: drug('B01AX05', 'fondaparinux', 'ARIXTRA', 'inj.vsk., engangssprøjte', '2,5 mg', 's.c.', 2.5, 'mg', once, 'mod blodprop i hjertet'),
  apixaban: drug('B01AF02', 'apixaban', 'ELIQUIS', 'filmovertr. tabl.', '5 mg', 'p.o.', 5, 'mg', twice, 'forebyggelse af blodprop'),
  rivaroxaban: drug('B01AF01', 'rivaroxaban', 'XARELTO', 'filmovertr. tabl.', '15 mg', 'p.o.', 15, 'mg', twice, 'mod blodprop'),
  acetylsalicylicAcid: drug('B01AC06', 'acetylsalicylsyre', 'HJERTEMAGNYL', 'filmovertr. tabl.', '75 mg', 'p.o.', 75, 'mg', once, 'forebyggelse af blodprop', 'asa', 'clopidogrel'),
  clopidogrel: drug('B01AC04', 'clopidogrel', 'CLOPIDOGREL "KRKA"', 'filmovertr. tabl.', '75 mg', 'p.o.', 75, 'mg', once, 'forebyggelse af blodprop'),
  ticagrelor: drug('B01AC24', 'ticagrelor', 'BRILIQUE', 'filmovertr. tabl.', '90 mg', 'p.o.', 90, 'mg', twice, 'forebyggelse af blodprop'),
  alteplase: drug('B01AD02', 'alteplase', 'ACTILYSE', 'pulv.t.inf.vsk.', '50 mg', 'i.v.', 63, 'mg', [], 'trombolyse'),
  tranexamicAcid: drug('B02AA02', 'tranexamsyre', 'CYKLOKAPRON', 'inj.vsk.', '100 mg/ml', 'i.v.', 1, 'g', thrice, 'mod blødning'),
  ironOral: drug('B03AA07', 'ferrosulfat', 'FERRO DURETTER', 'depottabl.', '100 mg', 'p.o.', 100, 'mg', once, 'mod jernmangel'),
  // Heart and circulation.
  furosemide: drug('C03CA01', 'furosemid', 'FURIX', 'tabl.', '40 mg', 'p.o.', 40, 'mg', ['08:00', '14:00'], 'vanddrivende'),
  furosemideInjection: drug('C03CA01', 'furosemid', 'FURIX', 'inj.vsk.', '10 mg/ml', 'i.v.', 40, 'mg', thrice, 'mod vand i lungerne'),
  spironolactone: drug('C03DA01', 'spironolacton', 'SPIRIX', 'filmovertr. tabl.', '25 mg', 'p.o.', 25, 'mg', once, 'mod hjertesvigt'),
  potassiumChloride: drug('A12BA01', 'kaliumchlorid', 'KALEORID', 'depottabl.', '750 mg', 'p.o.', 1.5, 'g', twice, 'mod kaliummangel'),
  bisoprolol: drug('C07AB07', 'bisoprolol', 'BISOPROLOL "SANDOZ"', 'tabl.', '2,5 mg', 'p.o.', 2.5, 'mg', once, 'mod hjertesvigt'),
  metoprolol: drug('C07AB02', 'metoprolol', 'SELO-ZOK', 'depottabl.', '50 mg', 'p.o.', 50, 'mg', once, 'mod hjerterytmeforstyrrelse'),
  digoxin: drug('C01AA05', 'digoxin', 'DIGOXIN "DAK"', 'tabl.', '62,5 mikrogram', 'p.o.', 125, 'mikrogram', once, 'mod hjerterytmeforstyrrelse'),
  amiodarone: drug('C01BD01', 'amiodaron', 'CORDAN', 'tabl.', '200 mg', 'p.o.', 200, 'mg', once, 'mod hjerterytmeforstyrrelse'),
  ramipril: drug('C09AA05', 'ramipril', 'RAMIPRIL "KRKA"', 'tabl.', '5 mg', 'p.o.', 5, 'mg', once, 'mod forhøjet blodtryk'),
  losartan: drug('C09CA01', 'losartan', 'LOSARTAN "KRKA"', 'filmovertr. tabl.', '50 mg', 'p.o.', 50, 'mg', once, 'mod forhøjet blodtryk'),
  amlodipine: drug('C08CA01', 'amlodipin', 'AMLODIPIN "SANDOZ"', 'tabl.', '5 mg', 'p.o.', 5, 'mg', once, 'mod forhøjet blodtryk'),
  labetalol: drug('C07AG01', 'labetalol', 'TRANDATE', 'filmovertr. tabl.', '200 mg', 'p.o.', 200, 'mg', thrice, 'mod forhøjet blodtryk'),
  atorvastatin: drug('C10AA05', 'atorvastatin', 'ATORVASTATIN "KRKA"', 'filmovertr. tabl.', '40 mg', 'p.o.', 40, 'mg', evening, 'mod forhøjet kolesterol'),
  glyceryltrinitrate: drug('C01DA02', 'glyceryltrinitrat', 'NITROLINGUAL', 'resoribletspray', '0,4 mg/dosis', 'sublingual', 0.4, 'mg', [], 'mod brystsmerter'),
  noradrenaline: drug('C01CA03', 'noradrenalin', 'NORADRENALIN "SAD"', 'konc.t.inf.vsk.', '0,1 mg/ml', 'i.v.', 5, 'mg', [], 'mod lavt blodtryk'),
  // Lungs.
  prednisolone: drug('H02AB06', 'prednisolon', 'PREDNISOLON "DAK"', 'tabl.', '25 mg', 'p.o.', 37.5, 'mg', once, 'mod KOL-forværring'),
  salbutamolIpratropium: drug('R03AL02', 'salbutamol/ipratropium', 'IPRAMOL', 'inh.vsk. til nebulisator', '2,5 mg + 0,5 mg', 'inh.', 2.5, 'ml', ['08:00', '12:00', '16:00', '20:00'], 'mod åndenød'),
  salbutamol: drug('R03AC02', 'salbutamol', 'VENTOLINE', 'inh.vsk. til nebulisator', '2,5 mg', 'inh.', 2.5, 'mg', [], 'mod åndenød'),
  tiotropium: drug('R03BB04', 'tiotropium', 'SPIRIVA', 'inh.kaps.', '18 mikrogram', 'inh.', 18, 'mikrogram', once, 'mod KOL'),
  budesonideFormoterol: drug('R03AK07', 'budesonid/formoterol', 'SYMBICORT TURBUHALER', 'inh.pulver', '320 + 9 mikrogram', 'inh.', 1, 'inhalation', twice, 'mod KOL'),
  saltWaterInhalation: drug('V07AB', 'natriumchlorid', 'NATRIUMKLORID "SAD"', 'inh.vsk.', '9 mg/ml', 'inh.', 3, 'ml', ['08:00', '12:00', '16:00', '20:00'], 'slimløsnende'),
  // Diabetes.
  metformin: drug('A10BA02', 'metformin', 'METFORMIN "ORION"', 'filmovertr. tabl.', '500 mg', 'p.o.', 1, 'g', twice, 'mod diabetes'),
  empagliflozin: drug('A10BK03', 'empagliflozin', 'JARDIANCE', 'filmovertr. tabl.', '10 mg', 'p.o.', 10, 'mg', once, 'mod diabetes og hjertesvigt'),
  insulinGlargine: drug('A10AE04', 'insulin glargin', 'LANTUS', 'inj.vsk., pen', '100 E/ml', 's.c.', 18, 'IE', evening, 'mod diabetes'),
  insulinAspart: drug('A10AB05', 'insulin aspart', 'NOVORAPID', 'inj.vsk., pen', '100 E/ml', 's.c.', 8, 'IE', ['08:00', '12:00', '17:45'], 'mod diabetes'),
  insulinInfusion: drug('A10AB01', 'insulin, human', 'ACTRAPID', 'inf.vsk.', '1 IE/ml', 'i.v.', 50, 'IE', [], 'mod ketoacidose'),
  // Nerves and mind.
  levetiracetam: drug('N03AX14', 'levetiracetam', 'KEPPRA', 'filmovertr. tabl.', '500 mg', 'p.o.', 500, 'mg', twice, 'mod epilepsi'),
  levodopa: drug('N04BA02', 'levodopa/benserazid', 'MADOPAR', 'kaps.', '100 mg + 25 mg', 'p.o.', 1, 'kapsel', ['07:00', '11:00', '15:00', '19:00'], 'mod Parkinsons sygdom'),
  sertraline: drug('N06AB06', 'sertralin', 'SERTRALIN "KRKA"', 'filmovertr. tabl.', '50 mg', 'p.o.', 50, 'mg', once, 'mod depression'),
  donepezil: drug('N06DA02', 'donepezil', 'ARICEPT', 'filmovertr. tabl.', '10 mg', 'p.o.', 10, 'mg', evening, 'mod demens'),
  melatonin: drug('N05CH01', 'melatonin', 'CIRCADIN', 'depottabl.', '2 mg', 'p.o.', 2, 'mg', evening, 'mod søvnforstyrrelse'),
  haloperidol: drug('N05AD01', 'haloperidol', 'SERENASE', 'tabl.', '1 mg', 'p.o.', 0.5, 'mg', [], 'mod delir'),
  chlordiazepoxide: drug('N05BA02', 'chlordiazepoxid', 'RISOLID', 'tabl.', '25 mg', 'p.o.', 50, 'mg', [], 'mod abstinenser'),
  thiamine: drug('A11DA01', 'thiamin', 'TIAMIN "SAD"', 'inj.vsk.', '50 mg/ml', 'i.v.', 300, 'mg', once, 'mod vitaminmangel'),
  propofol: drug('N01AX10', 'propofol', 'PROPOFOL "FRESENIUS KABI"', 'inj.vsk., emulsion', '20 mg/ml', 'i.v.', 1000, 'mg', [], 'sedation'),
  // The rest.
  levothyroxine: drug('H03AA01', 'levothyroxin', 'EUTHYROX', 'tabl.', '100 mikrogram', 'p.o.', 100, 'mikrogram', ['07:00'], 'mod lavt stofskifte'),
  alendronate: drug('M05BA04', 'alendronsyre', 'ALENDRONAT "TEVA"', 'tabl.', '70 mg', 'p.o.', 70, 'mg', [], 'mod knogleskørhed'),
  calciumVitaminD: drug('A12AX', 'calcium/vitamin D', 'UNIKALK FORTE', 'tabl.', '400 mg + 20 mikrogram', 'p.o.', 1, 'tabl.', twice, 'forebyggelse af knogleskørhed'),
  tamsulosin: drug('G04CA02', 'tamsulosin', 'TAMSULOSIN "TEVA"', 'depotkaps.', '0,4 mg', 'p.o.', 0.4, 'mg', once, 'mod vandladningsbesvær'),
  oxytocin: drug('H01BB02', 'oxytocin', 'SYNTOCINON', 'inj.vsk.', '8,3 mikrogram/ml', 'i.m.', 10, 'IE', [], 'forebyggelse af blødning efter fødsel'),
  magnesiumSulfate: drug('B05XA05', 'magnesiumsulfat', 'MAGNESIUMSULFAT "SAD"', 'inf.vsk.', '0,5 g/ml', 'i.v.', 5, 'g', [], 'forebyggelse af eklampsi'),
  vitaminK: drug('B02BA01', 'phytomenadion', 'KONAKION NOVUM', 'inj.vsk.', '2 mg/0,2 ml', 'i.m.', 2, 'mg', [], 'forebyggelse af blødning hos nyfødt'),
  caffeine: drug('N06BC01', 'coffein', 'PEYONA', 'inf.vsk./oral opl.', '20 mg/ml', 'p.o.', 10, 'mg', once, 'mod apnø hos for tidligt født'),
  vitaminDDrops: drug('A11CC05', 'colecalciferol', 'D-DRÅBER', 'orale dråber', '85 mikrogram/ml', 'p.o.', 10, 'mikrogram', once, 'vitamin D-tilskud'),
  sodiumChloride: drug('B05BB01', 'natriumchlorid', 'NATRIUMKLORID "FRESENIUS KABI"', 'inf.vsk.', '9 mg/ml', 'i.v.', 1000, 'ml', [], 'væskebehandling'),
  ringer: drug('B05BB01', 'Ringer-acetat', 'RINGER-ACETAT "FRESENIUS KABI"', 'inf.vsk.', '', 'i.v.', 1000, 'ml', [], 'væskebehandling'),
  glucoseInfusion: drug('B05BA03', 'glucose', 'GLUCOSE "FRESENIUS KABI"', 'inf.vsk.', '50 mg/ml', 'i.v.', 1000, 'ml', [], 'væskebehandling'),
} as const satisfies Record<string, Drug>;

export type DrugKey = keyof typeof formulary;
