// The hospitals of the outage reports and the towns their patients come from. SHAK numbers of the organisations as in
// the public lists; the two regions with their ISO 3166-2 codes.
export interface Hospital {
  readonly id: string;
  readonly name: string;
  readonly region: 'region-hovedstaden' | 'region-sjaelland';
  readonly shak: string;
  readonly sites: readonly {
    readonly id: string;
    readonly name: string;
    readonly address: string;
    readonly postalCode: string;
    readonly city: string;
  }[];
  readonly towns: readonly (readonly [postalCode: string, city: string])[];
}

export const regions = [
  { id: 'region-hovedstaden', name: 'Region Hovedstaden', iso: 'DK-84' },
  { id: 'region-sjaelland', name: 'Region Sjælland', iso: 'DK-85' },
] as const;

export const hospitals: readonly Hospital[] = [
  {
    id: 'rh',
    name: 'Rigshospitalet',
    region: 'region-hovedstaden',
    shak: '1301',
    sites: [
      {
        id: 'rigshospitalet',
        name: 'Rigshospitalet',
        address: 'Blegdamsvej 9',
        postalCode: '2100',
        city: 'København Ø',
      },
    ],
    towns: [
      ['2100', 'København Ø'],
      ['2200', 'København N'],
      ['2600', 'Glostrup'],
      ['1850', 'Frederiksberg C'],
    ],
  },
  {
    id: 'hgh',
    name: 'Herlev og Gentofte Hospital',
    region: 'region-hovedstaden',
    shak: '1516',
    sites: [
      {
        id: 'herlev',
        name: 'Herlev Hospital',
        address: 'Borgmester Ib Juuls Vej 1',
        postalCode: '2730',
        city: 'Herlev',
      },
      {
        id: 'gentofte',
        name: 'Gentofte Hospital',
        address: 'Gentofte Hospitalsvej 1',
        postalCode: '2900',
        city: 'Hellerup',
      },
    ],
    towns: [
      ['2730', 'Herlev'],
      ['2750', 'Ballerup'],
      ['2860', 'Søborg'],
      ['2820', 'Gentofte'],
      ['2800', 'Kongens Lyngby'],
      ['2740', 'Skovlunde'],
    ],
  },
  {
    id: 'bfh',
    name: 'Bispebjerg og Frederiksberg Hospital',
    region: 'region-hovedstaden',
    shak: '1309',
    sites: [
      {
        id: 'bispebjerg',
        name: 'Bispebjerg Hospital',
        address: 'Bispebjerg Bakke 23',
        postalCode: '2400',
        city: 'København NV',
      },
      {
        id: 'frederiksberg',
        name: 'Frederiksberg Hospital',
        address: 'Nordre Fasanvej 57',
        postalCode: '2000',
        city: 'Frederiksberg',
      },
    ],
    towns: [
      ['2400', 'København NV'],
      ['2000', 'Frederiksberg'],
      ['2720', 'Vanløse'],
      ['2700', 'Brønshøj'],
    ],
  },
  {
    id: 'ahh',
    name: 'Amager og Hvidovre Hospital',
    region: 'region-hovedstaden',
    shak: '1330',
    sites: [
      {
        id: 'hvidovre',
        name: 'Hvidovre Hospital',
        address: 'Kettegård Allé 30',
        postalCode: '2650',
        city: 'Hvidovre',
      },
      {
        id: 'amager',
        name: 'Amager Hospital',
        address: 'Italiensvej 1',
        postalCode: '2300',
        city: 'København S',
      },
    ],
    towns: [
      ['2650', 'Hvidovre'],
      ['2300', 'København S'],
      ['2770', 'Kastrup'],
      ['2605', 'Brøndby'],
      ['2500', 'Valby'],
    ],
  },
  {
    id: 'noh',
    name: 'Nordsjællands Hospital',
    region: 'region-hovedstaden',
    shak: '2000',
    sites: [
      {
        id: 'hilleroed',
        name: 'Nordsjællands Hospital, Hillerød',
        address: 'Dyrehavevej 29',
        postalCode: '3400',
        city: 'Hillerød',
      },
      {
        id: 'frederikssund',
        name: 'Nordsjællands Hospital, Frederikssund',
        address: 'Frederikssundsvej 30',
        postalCode: '3600',
        city: 'Frederikssund',
      },
      {
        id: 'helsingoer',
        name: 'Nordsjællands Hospital, Helsingør',
        address: 'Esrumvej 145',
        postalCode: '3000',
        city: 'Helsingør',
      },
    ],
    towns: [
      ['3400', 'Hillerød'],
      ['3600', 'Frederikssund'],
      ['3000', 'Helsingør'],
      ['3450', 'Allerød'],
      ['3460', 'Birkerød'],
      ['3200', 'Helsinge'],
    ],
  },
  {
    id: 'boh',
    name: 'Bornholms Hospital',
    region: 'region-hovedstaden',
    shak: '4001',
    sites: [
      {
        id: 'bornholm',
        name: 'Bornholms Hospital',
        address: 'Ullasvej 8',
        postalCode: '3700',
        city: 'Rønne',
      },
    ],
    towns: [
      ['3700', 'Rønne'],
      ['3730', 'Nexø'],
      ['3770', 'Allinge'],
      ['3720', 'Aakirkeby'],
    ],
  },
  {
    id: 'suh',
    name: 'Sjællands Universitetshospital',
    region: 'region-sjaelland',
    shak: '3800',
    sites: [
      {
        id: 'roskilde',
        name: 'Sjællands Universitetshospital, Roskilde',
        address: 'Sygehusvej 10',
        postalCode: '4000',
        city: 'Roskilde',
      },
      {
        id: 'koege',
        name: 'Sjællands Universitetshospital, Køge',
        address: 'Lykkebækvej 1',
        postalCode: '4600',
        city: 'Køge',
      },
    ],
    towns: [
      ['4000', 'Roskilde'],
      ['4600', 'Køge'],
      ['2670', 'Greve'],
      ['4320', 'Lejre'],
      ['4130', 'Viby Sjælland'],
    ],
  },
  {
    id: 'nsr',
    name: 'Næstved, Slagelse og Ringsted Sygehuse',
    region: 'region-sjaelland',
    shak: '3800',
    sites: [
      {
        id: 'slagelse',
        name: 'Slagelse Sygehus',
        address: 'Fælledvej 13',
        postalCode: '4200',
        city: 'Slagelse',
      },
      {
        id: 'naestved',
        name: 'Næstved Sygehus',
        address: 'Ringstedgade 61',
        postalCode: '4700',
        city: 'Næstved',
      },
    ],
    towns: [
      ['4200', 'Slagelse'],
      ['4700', 'Næstved'],
      ['4220', 'Korsør'],
      ['4100', 'Ringsted'],
      ['4180', 'Sorø'],
    ],
  },
  {
    id: 'hos',
    name: 'Holbæk Sygehus',
    region: 'region-sjaelland',
    shak: '3800',
    sites: [
      {
        id: 'holbaek',
        name: 'Holbæk Sygehus',
        address: 'Smedelundsgade 60',
        postalCode: '4300',
        city: 'Holbæk',
      },
    ],
    towns: [
      ['4300', 'Holbæk'],
      ['4400', 'Kalundborg'],
      ['4500', 'Nykøbing Sj.'],
      ['4550', 'Asnæs'],
    ],
  },
  {
    id: 'nfs',
    name: 'Nykøbing F. Sygehus',
    region: 'region-sjaelland',
    shak: '3800',
    sites: [
      {
        id: 'nykoebing',
        name: 'Nykøbing F. Sygehus',
        address: 'Fjordvej 15',
        postalCode: '4800',
        city: 'Nykøbing F.',
      },
    ],
    towns: [
      ['4800', 'Nykøbing F.'],
      ['4900', 'Nakskov'],
      ['4930', 'Maribo'],
      ['4760', 'Vordingborg'],
    ],
  },
];
