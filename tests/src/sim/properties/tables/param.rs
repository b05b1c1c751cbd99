//! Parameters, by type.

use std::collections::HashMap;
use std::sync::LazyLock;

use openfx_sys as ofx;
use openfx_sys::newer;

use super::super::spec::{Allowed, Data, Kind, Spec, Table, double, int, pointer, string};
use crate::sim::param_types::ParamType;

/// What every parameter has.
fn common(kind: ParamType) -> Vec<Spec> {
    vec![
        string(ofx::kOfxPropType).text(ofx::kOfxTypeParameter),
        string(ofx::kOfxPropName),
        string(ofx::kOfxPropLabel).rw(),
        string(ofx::kOfxPropShortLabel).rw(),
        string(ofx::kOfxPropLongLabel).rw(),
        string(ofx::kOfxPropIcon).dim(2).described(),
        string(ofx::kOfxParamPropType).text(kind.ofx()),
        int(ofx::kOfxParamPropSecret).rw().flag(),
        string(ofx::kOfxParamPropHint).rw(),
        string(ofx::kOfxParamPropScriptName).described(),
        string(ofx::kOfxParamPropParent).described(),
        int(ofx::kOfxParamPropEnabled).ints(&[1]).rw().flag(),
        pointer(ofx::kOfxParamPropDataPtr).rw(),
    ]
}

/// What all but groups and pages have: an interface of its own, overlay handles.
fn shown() -> Vec<Spec> {
    vec![
        pointer(ofx::kOfxParamPropInteractV1).described(),
        double(ofx::kOfxParamPropInteractSize).dim(2),
        double(ofx::kOfxParamPropInteractSizeAspect).doubles(&[1.0]).described(),
        double(ofx::kOfxParamPropInteractMinimumSize).doubles(&[10.0, 10.0]).described(),
        int(ofx::kOfxParamPropInteractPreferedSize).ints(&[10, 10]).described().allow(Allowed::Positive),
        int(ofx::kOfxParamPropHasHostOverlayHandle),
        int(ofx::kOfxParamPropUseHostOverlayHandle).described().flag(),
    ]
}

/// What parameters with a value have.
fn valued(kind: ParamType) -> Vec<Spec> {
    let default = match kind.kind() {
        Kind::Int => int(ofx::kOfxParamPropDefault).dim(kind.count()),
        Kind::Double => double(ofx::kOfxParamPropDefault).dim(kind.count()).allow(Allowed::Finite),
        _ => string(ofx::kOfxParamPropDefault),
    };
    vec![
        int(ofx::kOfxParamPropAnimates).ints(&[1]).described().flag(),
        int(ofx::kOfxParamPropIsAnimating),
        int(ofx::kOfxParamPropIsAutoKeying),
        int(ofx::kOfxParamPropPersistant).ints(&[1]).described().flag(),
        int(ofx::kOfxParamPropEvaluateOnChange).ints(&[1]).rw().flag(),
        int(ofx::kOfxParamPropPluginMayWrite).described().flag(),
        int(ofx::kOfxParamPropCanUndo).ints(&[1]).described().flag(),
        string(ofx::kOfxParamPropCacheInvalidation)
            .text(ofx::kOfxParamInvalidateValueChange)
            .described()
            .one_of(&[
                ofx::kOfxParamInvalidateValueChange,
                ofx::kOfxParamInvalidateValueChangeToEnd,
                ofx::kOfxParamInvalidateAll,
            ]),
        default.rw(),
    ]
}

/// What numbers have.
fn numeric(kind: ParamType) -> Vec<Spec> {
    let range = |name, low: bool| {
        let spec = Spec::of(name, kind.kind()).dim(kind.count()).rw();
        let bound = match (kind.kind(), low) {
            (Kind::Int, true) => Data::Int(i32::MIN),
            (Kind::Int, false) => Data::Int(i32::MAX),
            (_, true) => Data::Double(-f64::MAX),
            (_, false) => Data::Double(f64::MAX),
        };
        Spec { default: vec![bound; kind.count()], ..spec }
    };
    let mut specs = vec![
        range(ofx::kOfxParamPropMin, true),
        range(ofx::kOfxParamPropMax, false),
        range(ofx::kOfxParamPropDisplayMin, true),
        range(ofx::kOfxParamPropDisplayMax, false),
    ];
    if kind.kind() == Kind::Double {
        specs.push(double(ofx::kOfxParamPropIncrement).doubles(&[1.0]).rw().allow(Allowed::Positive));
        specs.push(int(ofx::kOfxParamPropDigits).ints(&[2]).rw().allow(Allowed::Ints(0, 100)));
    }
    specs
}

/// What spatial doubles have, and the labels of dimensions.
fn double_types(kind: ParamType) -> Vec<Spec> {
    let plain = [ofx::kOfxParamDoubleTypePlain, ofx::kOfxParamDoubleTypeAngle, ofx::kOfxParamDoubleTypeScale];
    let own: &[&'static std::ffi::CStr] = match kind.count() {
        1 => &[
            ofx::kOfxParamDoubleTypeTime,
            ofx::kOfxParamDoubleTypeAbsoluteTime,
            ofx::kOfxParamDoubleTypeX,
            ofx::kOfxParamDoubleTypeXAbsolute,
            ofx::kOfxParamDoubleTypeY,
            ofx::kOfxParamDoubleTypeYAbsolute,
        ],
        2 => &[ofx::kOfxParamDoubleTypeXY, ofx::kOfxParamDoubleTypeXYAbsolute],
        _ => &[],
    };
    let types = plain.iter().chain(own).copied().collect::<Vec<_>>();
    let mut specs = vec![
        string(ofx::kOfxParamPropDoubleType).text(ofx::kOfxParamDoubleTypePlain).described().one_of(&types),
        string(ofx::kOfxParamPropDefaultCoordinateSystem)
            .text(ofx::kOfxParamCoordinatesCanonical)
            .described()
            .one_of(&[ofx::kOfxParamCoordinatesCanonical, ofx::kOfxParamCoordinatesNormalised]),
    ];
    if kind.count() == 1 {
        specs.push(int(ofx::kOfxParamPropShowTimeMarker).rw().flag());
    }
    specs
}

fn table_of(kind: ParamType) -> Table {
    let mut specs = common(kind);
    if !matches!(kind, ParamType::Group | ParamType::Page) {
        specs.extend(shown());
    }
    if kind.count() > 0 {
        specs.extend(valued(kind));
    }
    if matches!(kind.kind(), Kind::Int | Kind::Double)
        && !matches!(kind, ParamType::Boolean | ParamType::Choice)
    {
        specs.extend(numeric(kind));
    }
    match kind {
        ParamType::Double | ParamType::Double2D | ParamType::Double3D => specs.extend(double_types(kind)),
        ParamType::Choice => {
            specs.push(string(ofx::kOfxParamPropChoiceOption).any().rw());
            specs.push(int(newer::kOfxParamPropChoiceOrder).any().rw());
        }
        ParamType::StrChoice => {
            specs.push(string(ofx::kOfxParamPropChoiceOption).any().rw());
            specs.push(string(newer::kOfxParamPropChoiceEnum).any().rw());
        }
        ParamType::String => {
            specs.push(
                string(ofx::kOfxParamPropStringMode)
                    .text(ofx::kOfxParamStringIsSingleLine)
                    .described()
                    .one_of(&[
                        ofx::kOfxParamStringIsSingleLine,
                        ofx::kOfxParamStringIsMultiLine,
                        ofx::kOfxParamStringIsFilePath,
                        ofx::kOfxParamStringIsDirectoryPath,
                        ofx::kOfxParamStringIsLabel,
                        ofx::kOfxParamStringIsRichTextFormat,
                    ]),
            );
            specs.push(int(ofx::kOfxParamPropStringFilePathExists).ints(&[1]).described().flag());
        }
        ParamType::Custom => specs.push(pointer(ofx::kOfxParamPropCustomInterpCallbackV1).described()),
        ParamType::Group => specs.push(int(ofx::kOfxParamPropGroupOpen).ints(&[1]).described().flag()),
        ParamType::Page => specs.push(string(ofx::kOfxParamPropPageChild).any().described()),
        _ => {}
    }
    if matches!(kind, ParamType::Double2D | ParamType::Double3D | ParamType::Integer2D | ParamType::Integer3D)
    {
        let labels = &["x", "y", "z"][..kind.count()];
        specs.push(string(ofx::kOfxParamPropDimensionLabel).dim(kind.count()).texts(labels).described());
    }
    Table::new(specs)
}

/// The properties of a parameter of that type, descriptor and instance.
pub(crate) fn table(kind: ParamType) -> &'static Table {
    static TABLES: LazyLock<HashMap<ParamType, Table>> =
        LazyLock::new(|| ParamType::ALL.iter().map(|k| (*k, table_of(*k))).collect());
    &TABLES[&kind]
}
