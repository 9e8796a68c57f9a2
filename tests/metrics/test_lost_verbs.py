"""Sentences whose verb the target has not, and faithful ones that look so."""

from __future__ import annotations

import pytest

from parallelize.metrics.lost_verbs import lost_verbs
from parallelize.metrics.pair import Pair
from parallelize.metrics.reading import read


def lost(source: str, target: str, language: str) -> float | None:
    return lost_verbs(Pair(read(source, "en"), read(target, language))).value


@pytest.mark.parametrize(
    ("language", "source", "target"),
    [
        ("pt", "How many kites did Otto sell?", "Quantas pipas Otto vender?"),
        ("pt", "If one costs $4, how many kites did Otto sell?", "A $4 cada, quantas pipas Otto vender?"),
        ("pt", "How many walls does Nadia color red?", "Quantas paredes a Nadia cor vermelho?"),
        ("pt", "Seven foxes collected 30 berries.", "Sete raposas coletadas 30 bagas."),
        ("pt", "A baker prepared 12 tarts.", "Um padeiro preparado 12 tortas."),
        ("pt", "Otto is baking a tart.", "Otto é assar uma torta."),
        ("pt", "The boys were fixing a boat.", "Os meninos eram consertar um barco."),
        ("pt", "The money that Nadia spent is $9.", "O dinheiro que Nadia gasto é de $9."),
        ("pt", "Otto reads 3 books and Nadia reads 5.", "Otto ler 3 livros e Nadia lê 5."),
        ("pt", "On Monday he watches 4 plays.", "Na segunda-feira ele relógios 4 peças, e dorme."),
        ("pt", "First find how much milk Nadia needs.", "Primeiro descubra o leite Nadia necessidades."),
        ("pt", "How many toys did Otto have at first?", "Quantos brinquedos Otto inicialmente?"),
        ("pt-BR", "How many people did not eat soup?", "Quantas pessoas não comer sopa?"),
        ("es", "How many kites did Otto sell?", "¿Cuántas cometas Otto vender?"),
        ("es", "If one costs $4, how many did Otto sell?", "Si una cuesta $4, ¿cuántas cometas vender Otto?"),
        ("es", "Seven foxes collected 30 berries.", "Siete zorros recogidos 30 bayas."),
        ("es", "Otto is baking a tart.", "Otto es hornear una tarta."),
        ("es", "The money that Nadia spent is $9.", "El dinero que Nadia gastado es de $9."),
    ],
)  # fmt: skip
def test_a_verb_that_is_gone(language: str, source: str, target: str) -> None:
    assert lost(source, target, language)


@pytest.mark.parametrize(
    ("language", "source", "target"),
    [
        ("pt", "How many kites did Otto sell?", "Quantas pipas Otto vendeu?"),
        ("pt", "How many kites does he lend a month?", "Quantas pipas ele empresta por mês?"),
        ("pt", "How much do 5 kites cost?", "Quanto custam 5 pipas?"),
        ("pt", "Every brother swims 2 km.", "Cada irmão nada 2 km."),
        ("pt", "He lends them for a day.", "Ele os empresta por um dia."),
        ("pt", "Each one had 4 kites.", "Cada um tinha 4 pipas."),
        ("pt", "How much is the boat worth?", "Quanto vale o barco?"),
        ("pt", "What is the greatest value of $x$?", "Qual o maior valor de $x$?"),
        ("pt", "What must Otto pay so that Nadia can read?", "O que Otto tem de pagar para Nadia ler?"),
        ("pt", "If Otto sells 3 kites, how many are left?", "Se Otto vender 3 pipas, quantas sobram?"),
        ("pt", "When Nadia arrives, he saw Otto leave.", "Quando Nadia chegar, ele terá visto Otto sair."),
        ("pt", "His goal is winning 3 games.", "O objetivo dele é ganhar 3 jogos."),
        ("pt", "Her job is baking bread.", "O trabalho dela é assar pão."),
        ("pt", "The price that Otto paid is $9.", "O preço pago por Otto é $9."),
        ("pt", "A boat, painted by Nadia, cost $9.", "Um barco de Nadia pintado por Otto custou $9."),
        ("pt", "First find the kites that are red.", "Primeiro encontrar as pipas vermelhas."),
        ("pt", "Total earned: 4 + 5 = 9.", "Total ganho: 4 + 5 = 9."),
        ("pt", "Twice as many kites as Otto is 2 * 4 = 8.", "O dobro das pipas de Otto: 2 * 4 = 8."),
        ("pt", "Nadia and Otto together have 9 kites.", "Nadia e Otto juntos têm 9 pipas."),
        ("pt", "Nadia always reads.", "Nadia jamais para; ela sempre lê."),
        ("pt", "I work 5 days.", "Eu trabalho 5 dias."),
        ("pt", "How often does he reboot it?", "Quantas vezes ele a reinicializa?"),
        ("pt", "Kites and boats", "Pipas e barcos"),
        ("pt", "Would that be all?", "Isso seria tudo?"),
        ("pt", "It has 3 doors.", "Põe-se assim: 3 portas."),
        ("es", "How many kites did Otto sell?", "¿Cuántas cometas vendió Otto?"),
        ("es", "How many kites will he need?", "¿Cuántas cometas necesitará?"),
        ("es", "If Otto sells 3, how many more does Nadia pay?", "Si Otto vende 3, ¿cuántas más paga Nadia?"),
        ("es", "Nadia plays with 4 kites.", "Nadia juega con 4 cometas."),
        ("es", "He asks for 3 coins and goes on.", "Él pide 3 monedas y sigue."),
        ("es", "Find the value that is left.", "Halla el valor que queda."),
        ("es", "He bought paint for Otto to use.", "Compró pintura para Otto pintar."),
        ("es", "What is the greatest value of $x$?", "¿Cuál es el mayor valor de $x$?"),
    ],
)  # fmt: skip
def test_verbs_that_look_like_other_words_and_sentences_without_any(
    language: str, source: str, target: str
) -> None:
    assert lost(source, target, language) == 0


@pytest.mark.parametrize("language", ["de", "fr", "it", "ja", "xx"])
def test_languages_whose_verbs_are_not_told_are_not_measured(language: str) -> None:
    assert lost("Otto sold 3 kites.", "Otto 3", language) is None


def test_other_sources_than_english_are_not_measured() -> None:
    assert lost_verbs(Pair(read("Otto vendió 3 cometas.", "es"), read("Otto 3 pipas.", "pt"))).value is None
